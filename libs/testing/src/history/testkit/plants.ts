import type { Operation, ReadOperation, Seen, WriteOperation } from "../operation.ts";
import type { ViolationKind } from "../verdict.ts";
import type { Execution } from "./execution.ts";
import { NO_ROW } from "./operations.ts";

type Put = WriteOperation & { readonly version: bigint };

/** Reads that are wrong by one of the rules, whatever else happened in the execution. */
export function plants({ initial, rounds }: Execution): Readonly<Record<ViolationKind, readonly ReadOperation[]>> {
  const all = rounds.flat();
  const reads = all.filter((each) => each.kind === "read");
  const writes = all.filter((each) => each.kind !== "read");
  const puts = writes.filter(isPut);
  const acknowledged = puts.filter(({ outcome }) => outcome === "acknowledged");
  const of = <T extends Operation>(operations: readonly T[], key: string) =>
    operations.filter((each) => each.key === key);
  const at = (key: string, start: number, seen: Seen, end = start): ReadOperation => ({
    ...{ kind: "read", key, start, end, seen, process: "planted" },
  });
  /** States of earlier versions, before `start`. */
  const older = (key: string, than: bigint, start: number): readonly Seen[] => {
    const old = initial.get(key) ?? NO_ROW;
    const made = of(puts, key).filter((each) => each.start <= start);
    return [old, ...made.map(({ version, mark }) => ({ version, mark }))].filter(
      ({ version }) => version !== undefined && version < than,
    );
  };
  /** Whether the row cannot have been absent after `than`, nor before it was created, as far as anyone can know. */
  const cannotBeAbsent = (key: string, than: bigint, moment: number): boolean =>
    of(writes, key).every(
      ({ start, outcome, removed = 0n }) =>
        start > moment || removed < than || (outcome === "refused" && removed === 0n),
    );
  const after = (end: number | undefined): number => (end ?? 0) + 1;
  const seenValues = reads.flatMap(({ key, end, seen }) =>
    seen.version === undefined ? [] : [{ key, end, version: seen.version }],
  );
  return {
    STALE: acknowledged.flatMap(({ key, version, end }) => [
      ...older(key, version, after(end)).map((seen) => at(key, after(end), seen, after(end) + 3)),
      ...(cannotBeAbsent(key, version, after(end)) && initial.get(key)?.version === undefined
        ? [at(key, after(end), NO_ROW)]
        : []),
    ]),
    BACKWARD: seenValues.flatMap(({ key, end, version }) =>
      older(key, version, after(end)).map((seen) => at(key, after(end), seen)),
    ),
    PHANTOM: puts.flatMap(({ key, version, mark, start }) => [
      at(key, start - 3, { version, mark }, start - 1),
      at(key, start, { version: version + 1_000n, mark: "nobody's" }),
    ]),
    GHOST: writes
      .filter(({ kind, outcome }) => kind === "put" && outcome === "refused")
      .map(({ key, mark, start }) => at(key, start + 1, { version: 1_000n, mark })),
    CORRUPT: acknowledged.flatMap(({ key, version, end }) =>
      of(acknowledged, key)
        .filter((other) => other.version !== version && other.start <= after(end))
        .map(({ mark }) => at(key, after(end), { version, mark })),
    ),
  };
}

function isPut(operation: WriteOperation): operation is Put {
  return operation.kind === "put" && operation.version !== undefined;
}
