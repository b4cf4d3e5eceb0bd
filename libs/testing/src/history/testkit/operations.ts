import { HistoryChecker } from "../checker.ts";
import type { Operation, ReadOperation, Seen, WriteOperation, WriteOutcome } from "../operation.ts";

/** Operations of tests: on one key unless told otherwise, with small whole numbers as times. */
export const KEY = "k";

export const NO_ROW: Seen = { version: undefined, mark: undefined };

interface Told {
  readonly outcome?: WriteOutcome;
  readonly version?: bigint;
  readonly process?: string;
}

/** `version` undefined: the writer was not told it. `end` undefined: the outcome is unknown. */
export function put(
  mark: string,
  version: number | undefined,
  start: number,
  end?: number,
  told: Told = {},
): WriteOperation {
  return {
    ...write("put", mark, start, end, told),
    ...(version === undefined ? {} : { version: BigInt(version) }),
  };
}

export function remove(mark: string, removed: number, start: number, end?: number, told: Told = {}): WriteOperation {
  return { ...write("remove", mark, start, end, told), removed: BigInt(removed) };
}

function write(
  kind: "put" | "remove",
  mark: string,
  start: number,
  end: number | undefined,
  told: Told,
): WriteOperation {
  const outcome = end === undefined ? "unknown" : "acknowledged";
  return { kind, key: KEY, mark, start, outcome, process: "writer", ...(end === undefined ? {} : { end }), ...told };
}

export function read(mark: string, version: number, start: number, end: number, process = "reader"): ReadOperation {
  return { kind: "read", key: KEY, start, end, seen: { version: BigInt(version), mark }, process };
}

export function readNothing(start: number, end: number, process = "reader"): ReadOperation {
  return { kind: "read", key: KEY, start, end, seen: NO_ROW, process };
}

/** The violations of one round, as `KIND of the read because of the other`. */
export function faults(operations: readonly Operation[], checker = new HistoryChecker()): readonly string[] {
  for (const operation of operations) checker.add(operation);
  const { violations } = checker.check();
  return violations.map(({ kind, read: of, because }) => `${kind} ${name(of)}${because ? ` < ${name(because)}` : ""}`);
}

function name(operation: Operation): string {
  if (operation.kind !== "read") return operation.mark;
  return `${operation.seen.mark ?? "nothing"}@${operation.start}`;
}
