import type { Operation, ReadOperation, Seen } from "./operation.ts";
import type { ViolationKind } from "./verdict.ts";

/** `version 12 (w-7)` or `no row`. */
export function describeSeen({ version, mark }: Seen): string {
  return version === undefined ? "no row" : `version ${version} (${mark ?? "no mark"})`;
}

/** What an operation did, without its key, process and times. */
export function describeOperation(operation: Operation): string {
  if (operation.kind === "read") return `read ${describeSeen(operation.seen)}`;
  const { kind, mark, outcome, version, removed } = operation;
  const put = version === undefined ? "" : ` version ${version}`;
  const what = kind === "put" ? `put${put} (${mark})` : `remove version ${removed ?? "?"} (${mark})`;
  return `${what} ${outcome}`;
}

const ms = (from: number, to: number): string => `${(to - from).toFixed(3)} ms`;

/** One line that says what is wrong with the read. */
export function describeViolation(kind: ViolationKind, read: ReadOperation, because: Operation | undefined): string {
  const what = `${kind} ${read.key}: ${read.process} read ${describeSeen(read.seen)}`;
  if (because === undefined) return `${what}, which no write made`;
  const other = `${because.process}'s ${describeOperation(because)}`;
  if (kind === "PHANTOM" && because.start > read.end)
    return `${what} ${ms(read.end, because.start)} before ${other} began`;
  if (because.end === undefined || because.end >= read.start) return `${what} against ${other}`;
  if (because.end === Number.NEGATIVE_INFINITY) return `${what} although it began with ${describeOperation(because)}`;
  return `${what} ${ms(because.end, read.start)} after ${other} had ended`;
}
