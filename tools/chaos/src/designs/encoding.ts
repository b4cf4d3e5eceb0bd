import type { Row } from "./rows.ts";

/** What an absence is stored as, so that it is cached too. */
const NOTHING = "-";

/** A row, or its absence, as text. */
export function encode(row: Row | undefined): string {
  return row === undefined ? NOTHING : `${row.version} ${row.mark}`;
}

/** The inverse of `encode`. */
export function decode(text: string): Row | undefined {
  if (text === NOTHING) return undefined;
  const [version = "", mark = ""] = text.split(" ");
  return { version: BigInt(version), mark };
}
