import type { ReadOperation, WriteOperation, WriteOutcome } from "./operation.ts";

/**
 * A journal is a text file of tab-separated lines:
 *
 *     p process                              whose lines follow
 *     r key start end version mark           a read; neither version nor mark: the row did not exist
 *     b number kind key mark start removed   a write begins
 *     e number end outcome version           the write of that number has ended
 *     # anything                             for people
 *
 * Times are whole microseconds, with starts rounded down and ends up: an operation may look longer than it was, which
 * hides an order but never invents one.
 */
export const OUTCOMES: readonly WriteOutcome[] = ["acknowledged", "refused", "committed", "unknown"];

const down = (ms: number): string => String(Math.floor(ms * 1_000));
const up = (ms: number): string => String(Math.ceil(ms * 1_000));

/** @throws TypeError for text that would break the line in two. */
function word(text: string): string {
  if (/[\t\n\r]/.test(text)) throw new TypeError(`a journal takes no tab and no line break: ${JSON.stringify(text)}`);
  return text;
}

export function processLine(process: string): string {
  return `p\t${word(process)}\n`;
}

export function readLine({ key, start, end, seen }: Omit<ReadOperation, "kind" | "process">): string {
  const { version, mark } = seen;
  return `r\t${word(key)}\t${down(start)}\t${up(end)}\t${version ?? ""}\t${word(mark ?? "")}\n`;
}

export type Begun = Pick<WriteOperation, "kind" | "key" | "mark" | "start"> & { readonly removed?: bigint | undefined };

export function beginLine(number: number, { kind, key, mark, start, removed }: Begun): string {
  return `b\t${number}\t${kind}\t${word(key)}\t${word(mark)}\t${down(start)}\t${removed ?? ""}\n`;
}

export type Ended = { readonly end: number; readonly outcome: WriteOutcome; readonly version?: bigint | undefined };

export function endLine(number: number, { end, outcome, version }: Ended): string {
  return `e\t${number}\t${up(end)}\t${outcome}\t${version ?? ""}\n`;
}
