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
  /**
   * A bound of `bytes` that costs less to tell: a page that cannot be too large by it is not measured. To measure 50 products is
   * to encode them, a tenth of what their page costs. Default: none.
   */
  mostBytes?(row: Row): number;
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
  const wanted = fetched.slice(0, pageSize);
  const rows = surelyFit(wanted, options, maxBytes) ? wanted : fitting(wanted, options, maxBytes);
  const last = rows.at(-1);
  const next = last !== undefined && rows.length < fetched.length ? options.cursor(last) : undefined;
  return { rows, next };
}

function surelyFit<Row>(rows: readonly Row[], options: Pagination<Row>, maxBytes: number): boolean {
  let most = 0;
  for (const row of rows) most += options.mostBytes?.(row) ?? Number.POSITIVE_INFINITY;
  return most <= maxBytes;
}

/** The first rows, as many as there is room for, and one in any case. */
function fitting<Row>(rows: readonly Row[], options: Pagination<Row>, maxBytes: number): readonly Row[] {
  let size = 0;
  const tooMuch = rows.findIndex((row, index) => {
    size += options.bytes(row);
    return size > maxBytes && index > 0;
  });
  return tooMuch < 0 ? rows : rows.slice(0, tooMuch);
}
