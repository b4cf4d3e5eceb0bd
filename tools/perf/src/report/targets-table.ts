import type { Table, TargetRow } from "./document.ts";
import { percent, readable } from "./numbers.ts";

/** "met", "NOT MET", or that nobody knows. */
export function verdictOf({ met }: Pick<TargetRow, "met">): string {
  if (met === undefined) return "not measured";
  return met ? "met" : "NOT MET";
}

/** All targets, a line each. */
export function targetsTable(rows: readonly TargetRow[]): Table {
  return {
    heads: ["target", "wanted", "measured", "noise", ""],
    rows: rows.map((row) => [row.name, row.wanted, readable(row.value), percent(row.noise), verdictOf(row)]),
  };
}
