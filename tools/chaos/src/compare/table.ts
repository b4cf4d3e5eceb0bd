import type { Measured } from "./measure.ts";

const count = (n: number): string => n.toLocaleString("en");

/** Two digits that count; whoever rounds to nothing has still been caught. */
export function percent(part: number, whole: number): string {
  if (part === 0) return "0";
  const share = (100 * part) / whole;
  return `${share >= 10 ? Math.round(share) : share.toPrecision(2)} %`;
}

const COLUMNS: readonly (readonly [title: string, cell: (measured: Measured) => string])[] = [
  ["design", ({ design }) => design],
  ["checked reads", ({ reads }) => count(reads)],
  ["reads/s", ({ readsPerSecond }) => count(Math.round(readsPerSecond))],
  ["loads/read", ({ loadsPerRead }) => loadsPerRead.toFixed(2)],
  ["writes", ({ writes }) => count(writes)],
  ["failed", ({ failed }) => count(failed)],
  ["stale", ({ stale }) => count(stale)],
  ["stale %", ({ stale, reads }) => percent(stale, reads)],
  ["backward", ({ backward }) => count(backward)],
  ["backward %", ({ backward, reads }) => percent(backward, reads)],
  ["other", ({ other }) => count(other)],
  ["after a killed writer", ({ afterKill: { backward, reads } }) => `${percent(backward, reads)} of ${count(reads)}`],
];

/** A Markdown table, aligned for the terminal. */
export function table(rows: readonly Measured[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const line = (values: readonly string[]): string => {
    const padded = values.map((value, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? value.padEnd(width) : value.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const [titles = [], ...lines] = cells;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [titles, rule, ...lines].map(line).join("\n");
}
