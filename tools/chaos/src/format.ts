/** A whole number with thousands set apart: 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Rows in columns: the first to the left, the others to the right; indented by two. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
