import fc from "fast-check";
import type { Operation, ReadOperation, Seen, WriteOperation } from "../operation.ts";
import { NO_ROW } from "./operations.ts";

/** One step of a client, before it is known what happens. All times are whole ticks, so that many of them coincide. */
interface Intention {
  readonly key: string;
  readonly kind: "read" | "put" | "remove";
  readonly start: number;
  /** From the start to the moment at which it takes effect, and from there to its end. */
  readonly before: number;
  readonly after: number;
  readonly fate:
    | "acknowledged"
    | "refused"
    | "committed"
    | "unknown, done"
    | "unknown, done late"
    | "unknown, not done";
  /** Whether an unknown outcome becomes known at the end after all, in the round of the end. */
  readonly told: boolean;
  /** A remove names the version that is there, or one of this many versions ago. */
  readonly ago: number;
  /** How many rounds after its end a read is reported. */
  readonly late: number;
}

export interface Execution {
  readonly initial: ReadonlyMap<string, Seen>;
  readonly rounds: readonly (readonly Operation[])[];
}

export const ROUND = 25;
const LAST_ROUND = 8;
const KEYS = ["a", "b"];

const intention = (late: number): fc.Arbitrary<Intention> =>
  fc.record({
    key: fc.constantFrom(...KEYS),
    kind: fc.constantFrom("read", "read", "read", "put", "put", "remove"),
    start: fc.integer({ min: 5, max: 105 }),
    before: fc.nat(12),
    after: fc.nat(12),
    fate: fc.constantFrom(
      "acknowledged",
      "acknowledged",
      "acknowledged",
      "refused",
      "committed",
      "unknown, done",
      "unknown, done late",
      "unknown, not done",
    ),
    told: fc.boolean(),
    ago: fc.constantFrom(0, 0, 0, 1, 2),
    late: fc.nat(late),
  });

/**
 * What clients of a register saw that does each operation at one moment between its start and its end: never wrong by any
 * rule. `late`: by how many rounds the report of a read may be delayed.
 */
export function execution(late: number): fc.Arbitrary<Execution> {
  return fc
    .record({ intentions: fc.array(intention(late), { maxLength: 60 }), old: fc.subarray(KEYS) })
    .map(({ intentions, old }) => run(intentions, old));
}

function run(intentions: readonly Intention[], old: readonly string[]): Execution {
  const initial = new Map<string, Seen>(
    KEYS.map((key) => [key, old.includes(key) ? { version: 1n, mark: "old" } : NO_ROW]),
  );
  const rows = new Map(initial);
  const versions = new Map(old.map((key) => [key, [1n]]));
  const rounds: Operation[][] = Array.from({ length: LAST_ROUND + 1 }, () => []);
  const report = (operation: Operation, moment: number): void => {
    rounds[Math.min(Math.floor(moment / ROUND), LAST_ROUND)]?.push(operation);
  };
  let newest = 1n;
  const put = (key: string, mark: string): bigint => {
    newest += 1n;
    rows.set(key, { version: newest, mark });
    versions.set(key, [newest, ...(versions.get(key) ?? [])]);
    return newest;
  };
  const isLate = ({ kind, fate }: Intention): boolean => kind !== "read" && fate === "unknown, done late";
  const effect = (each: Intention): number => each.start + each.before + (isLate(each) ? 60 : 0);
  const steps = intentions.map((each, index) => ({ ...each, mark: `w${index}` }));
  for (const step of steps.sort((a, b) => effect(a) - effect(b))) {
    const { key, kind, start, fate, mark } = step;
    const end = start + step.before + step.after;
    const row = rows.get(key) ?? NO_ROW;
    if (kind === "read") {
      report({ kind, key, start, end, seen: row, process: "p" }, end + step.late * ROUND);
      continue;
    }
    const aim = kind === "remove" ? ((versions.get(key) ?? [])[step.ago] ?? 0n) : undefined;
    const isDone = fate !== "refused" && fate !== "unknown, not done" && (aim === undefined || aim === row.version);
    let version: bigint | undefined;
    if (isDone && kind === "put") version = put(key, mark);
    if (isDone && kind === "remove") rows.set(key, NO_ROW);
    const unknown: WriteOperation = {
      ...{ kind, key, mark, start, outcome: "unknown", process: "p" },
      ...(aim === undefined ? {} : { removed: aim }),
    };
    if (fate.startsWith("unknown") && !(step.told && !isLate(step))) {
      report(unknown, start);
      continue;
    }
    if (Math.floor(start / ROUND) < Math.floor(end / ROUND)) report(unknown, start);
    const outcome = isDone ? (fate === "committed" ? "committed" : "acknowledged") : "refused";
    report({ ...unknown, end, outcome, ...(version === undefined ? {} : { version }) }, end);
  }
  // In every order: a checker must not count on one.
  return { initial, rounds: rounds.map((each, index) => (index % 2 === 0 ? each : each.toReversed())) };
}

/** The execution with one more read, reported in the round of its end. */
export function plant({ initial, rounds }: Execution, read: ReadOperation): Execution {
  const round = Math.min(Math.floor(read.end / ROUND), LAST_ROUND);
  return { initial, rounds: rounds.map((operations, index) => (index === round ? [read, ...operations] : operations)) };
}
