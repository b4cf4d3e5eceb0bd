import type { CursorValue } from "./page-tokens.ts";

/** The most that a page holds, in bytes of encoded messages: 1 MiB. */
export const MAX_PAGE_BYTES = 1_048_576;

/** How rows become a page. */
export interface Pagination<Row> {
  readonly pageSize: number;
  /** Fetches up to `limit` rows after the cursor: one more than the page holds tells whether there is a next one. */
  fetch(limit: number): Promise<readonly Row[]>;
  /** The row's sort key. */
  cursor(row: Row): readonly CursorValue[];
  /** What the row takes in the answer, in bytes. */
  bytes(row: Row): number;
  /** Default `MAX_PAGE_BYTES`. */
  readonly maxBytes?: number;
}

/** Rows, and the cursor of the page after them where there is one. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: readonly CursorValue[] | undefined;
}

/** Fetches one page: full, or cut where it would be larger than `maxBytes`, but never without a row while there is one. */
export async function paginate<Row>(options: Pagination<Row>): Promise<Page<Row>> {
  const { pageSize, maxBytes = MAX_PAGE_BYTES } = options;
  const fetched = await options.fetch(pageSize + 1);
  const rows: Row[] = [];
  let size = 0;
  for (const row of fetched.slice(0, pageSize)) {
    size += options.bytes(row);
    if (size > maxBytes && rows.length > 0) break;
    rows.push(row);
  }
  const last = rows.at(-1);
  const next = last !== undefined && rows.length < fetched.length ? options.cursor(last) : undefined;
  return { rows, next };
}
