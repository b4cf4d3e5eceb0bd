import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beginLine, endLine, processLine, readLine } from "./journal-line.ts";
import { inOrder, minimise } from "./minimise.ts";
import type { Operation } from "./operation.ts";
import { render } from "./render.ts";
import type { Violation } from "./verdict.ts";

export interface HistoryFile {
  /** Lines for people that go first: the seed, the command that repeats the run. */
  readonly heading?: readonly string[];
  readonly violations: readonly Violation[];
  /** What was checked, of all processes and keys; the keys without a violation are left out. */
  readonly operations: Iterable<Operation>;
  /** How many violations are minimised and drawn. Default 5. */
  readonly maxDrawn?: number;
}

/**
 * Writes a failing history for people and for machines: the heading, timelines of the first violations with as few
 * operations as show them, and then all operations on the keys concerned, as a journal: `readJournal(file)` gives them
 * back, for another check. The file's folder is made when it is not there.
 */
export function writeHistory(file: string, { heading = [], violations, operations, maxDrawn = 5 }: HistoryFile): void {
  const all = [...operations];
  const timelines = violations.slice(0, maxDrawn).map((each) => render(minimise(all, each), each));
  const more = violations.length - timelines.length;
  const text = [...heading, ...timelines, ...(more > 0 ? [`and ${more} more violations`] : [])].join("\n\n");
  const keys = new Set(violations.map(({ read }) => read.key));
  const concerned = inOrder(
    [...all, ...violations.flatMap(({ evidence }) => evidence)].filter(({ key }) => keys.has(key)),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${comment(text)}\n${journal(concerned)}`);
}

function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `# ${line}`.trimEnd())
    .join("\n");
}

function journal(operations: readonly Operation[]): string {
  const ofProcess = Map.groupBy(operations, ({ process }) => process);
  return [...ofProcess].map(([process, own]) => processLine(process) + own.map(lines).join("")).join("");
}

function lines(operation: Operation, index: number): string {
  if (operation.kind === "read") return readLine(operation);
  const { end, outcome, version } = operation;
  return beginLine(index, operation) + (end === undefined ? "" : endLine(index, { end, outcome, version }));
}
