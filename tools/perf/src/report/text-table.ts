import type { Table } from "./document.ts";

/** A table for a terminal: the first column to the left, the others to the right unless they hold words. */
export function textTable({ heads, rows }: Table): string {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isNumeric = heads.map((_, column) => column > 0 && rows.every((row) => /^[^a-z]*$/i.test(row[column] ?? "")));
  const render = (line: readonly string[]): string =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return lines.map(render).join("\n");
}
