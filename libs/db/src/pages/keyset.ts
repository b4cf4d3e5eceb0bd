import { type AnyColumn, asc, desc, type SQL, sql } from "drizzle-orm";

/** A column of a sort key and the placeholder that holds the cursor's value for it. */
export interface KeysetColumn {
  readonly column: AnyColumn;
  readonly placeholder: string;
}

/** A sort key that ends in a unique column, all of it in one direction. */
export interface Keyset {
  /** The condition for rows after the cursor: `(a, b) > ($1, $2)`, a range of the index that has these columns. */
  readonly after: SQL;
  readonly orderBy: readonly SQL[];
}

/** Builds a sort key's condition and order for a Drizzle statement; values come through the columns' own encoders. */
export function keyset(direction: "asc" | "desc", ...columns: readonly [KeysetColumn, ...KeysetColumn[]]): Keyset {
  const left = sql.join(
    columns.map(({ column }) => sql`${column}`),
    sql`, `,
  );
  const right = sql.join(
    columns.map(({ column, placeholder }) => sql`${sql.param(sql.placeholder(placeholder), column)}`),
    sql`, `,
  );
  const order = direction === "asc" ? asc : desc;
  return {
    after: direction === "asc" ? sql`(${left}) > (${right})` : sql`(${left}) < (${right})`,
    orderBy: columns.map(({ column }) => order(column)),
  };
}
