import type { RepairOptions } from "./args.ts";
import { AuditError } from "./audit-error.ts";
import { formatDuration } from "./duration.ts";
import type { Finding, Orphan } from "./finding.ts";
import { judge } from "./judge.ts";
import { lookAt } from "./look.ts";
import { reasonOf } from "./peer.ts";
import type { Reader } from "./reader.ts";
import { madeAt } from "./seen.ts";
import type { System } from "./system.ts";

/** What was done about one orphan. */
export interface Repair {
  readonly reservationId: string;
  readonly outcome: "released" | "would_release" | "kept";
  /** Why it was kept; else what is, or would be, asked for. */
  readonly text: string;
}

/**
 * Releases orphans, or tells that it would: those of orders that are old enough, and that are still the same orphans
 * when looked at once more. What it asks for is the next generation with no items: whoever has asked for that one
 * in the meantime wins.
 */
export async function repair(
  { product, reader }: Pick<System, "product"> & { readonly reader: Reader },
  findings: readonly Finding[],
  { apply, olderThanMs }: RepairOptions,
  nowMs: () => number = Date.now,
): Promise<Repair[]> {
  const repairs: Repair[] = [];
  for (const finding of findings) {
    const { orphan } = finding;
    if (orphan === undefined) continue;
    const { id: reservationId } = orphan;
    const why = tooYoung(orphan, olderThanMs, nowMs()) ?? (await whyNot(reader, finding, orphan));
    if (why !== undefined) repairs.push({ reservationId, outcome: "kept", text: why });
    else if (apply) repairs.push(await release(product, orphan));
    else repairs.push({ reservationId, outcome: "would_release", text: wish(orphan) });
  }
  return repairs;
}

function tooYoung({ id }: Orphan, olderThanMs: number, nowMs: number): string | undefined {
  const made = madeAt(id);
  if (made === undefined) return "its id does not tell its age";
  const ageMs = nowMs - made;
  return ageMs < olderThanMs ? `its order was made ${formatDuration(ageMs)} ago` : undefined;
}

/** Why it must not be released, by a look of this moment. */
async function whyNot(reader: Reader, finding: Finding, { id, generation }: Orphan): Promise<string | undefined> {
  const [look] = await lookAt(reader, [{ id, createTime: undefined }]);
  if (look === undefined) return "it could not be looked at";
  const verdict = judge(look);
  if (verdict.kind === "in_flight") return "an intention of its order is open";
  const [found] = verdict.kind === "damaged" ? verdict.findings : [];
  if (found?.orphan?.generation !== generation || found.text !== finding.text) return "it has changed";
  return look.after?.isListed === false ? "GetOrder still answers with its order" : undefined;
}

async function release(product: System["product"], orphan: Orphan): Promise<Repair> {
  const { id: reservationId, generation } = orphan;
  try {
    const { reservation } = await product.ask((inventory) =>
      inventory.setReservation({ reservationId, generation: generation + 1, items: [] }),
    );
    if (reservation?.items.length === 0) return { reservationId, outcome: "released", text: wish(orphan) };
  } catch (error) {
    const changed = error instanceof AuditError && reasonOf(error.cause) === "REQUEST_ID_REUSED";
    if (!changed) throw error;
  }
  return { reservationId, outcome: "kept", text: "it has changed" };
}

function wish({ generation }: Orphan): string {
  return `by generation ${generation + 1}, with no items`;
}
