import { describeOperation } from "./describe.ts";
import { inOrder } from "./minimise.ts";
import type { Operation } from "./operation.ts";
import type { Violation } from "./verdict.ts";

/** More operations than this are told by their times alone. */
const MAX_DRAWN = 60;

/**
 * A timeline for people: one line an operation, in the order of their starts, with times in milliseconds from the first
 * one. The bars show which operations overlap: their length is a number of events, not of milliseconds.
 */
export function render(operations: Iterable<Operation>, violation?: Violation): string {
  const ordered = inOrder(operations);
  const zero = ordered.find(({ start }) => Number.isFinite(start))?.start ?? 0;
  const time = (moment: number | undefined): string => {
    if (moment === undefined) return "?";
    return Number.isFinite(moment) ? (moment - zero).toFixed(3) : "before";
  };
  const bars = ordered.length > MAX_DRAWN ? ordered.map(() => "") : draw(ordered);
  const rows = ordered.map((operation, index) => [
    time(operation.start),
    time(operation.end),
    bars[index] ?? "",
    operation.process,
    operation.key,
    describeOperation(operation) + note(operation, violation),
  ]);
  const table = align([["start", "end", "", "process", "key", ""], ...rows]);
  return [...(violation === undefined ? [] : [violation.text, ""]), ...table].join("\n");
}

function note(operation: Operation, violation: Violation | undefined): string {
  if (violation === undefined) return "";
  const { read, because, kind } = violation;
  if (operation === read) return `   <-- ${kind}`;
  return operation === because ? "   <-- because of this" : "";
}

/** `|--|` where an operation was under way, `|->` where its end is not known. */
function draw(operations: readonly Operation[]): readonly string[] {
  const moments = operations.flatMap(({ start, end }) => [start, end ?? start]);
  const columns = new Map([...new Set(moments)].sort((a, b) => a - b).map((moment, column) => [moment, column]));
  const column = (moment: number): number => columns.get(moment) ?? 0;
  return operations.map(({ start, end }) => {
    const from = column(start);
    if (end === undefined) return `${" ".repeat(from)}|${"-".repeat(Math.max(columns.size - from - 2, 0))}>`;
    const length = column(end) - from;
    return " ".repeat(from) + (length === 0 ? "|" : `|${"-".repeat(length - 1)}|`);
  });
}

/** Pads the columns: the two of times to the right, the others to the left. */
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
