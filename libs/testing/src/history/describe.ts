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
  return `${what}, ${outcome}`;
}

const ms = (from: number, to: number): string => `${(to - from).toFixed(3)} ms`;

/** One line that says what is wrong with the read. */
export function describeViolation(kind: ViolationKind, read: ReadOperation, because: Operation | undefined): string {
  return `${kind} ${read.key}: ${read.process} read ${describeSeen(read.seen)}, ${relate(read, because)}`;
}

function relate(read: ReadOperation, because: Operation | undefined): string {
  if (because === undefined) return "which no write made";
  const { process, start, end } = because;
  const other = describeOperation(because);
  if (start > read.end) return `${ms(read.end, start)} before ${process} began to ${other}`;
  if (end === Number.NEGATIVE_INFINITY) return `although it was there from the start: ${other}`;
  if (end === undefined || end >= read.start) return `against ${process}'s ${other}`;
  return `${ms(end, read.start)} after ${process} had ${other.replace(/^remove/, "removed")}`;
}
