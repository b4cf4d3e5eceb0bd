import { type AnyColumn, getTableColumns, is, Table } from "drizzle-orm";
import type { RawRow } from "./statement.ts";

/** What a decoder of these columns returns. */
type RowOf<C extends Record<string, AnyColumn>> = {
  [K in keyof C]: C[K]["_"]["notNull"] extends true ? C[K]["_"]["data"] : C[K]["_"]["data"] | null;
};

/**
 * A decoder for `sqlStatement`: rows whose columns are those of a table (or a choice of columns), in the types of the
 * schema. Columns of the row that the schema does not have are left out.
 *
 * @throws Error at the first row without one of the columns
 */
export function rowOf<T extends Table>(table: T): (row: RawRow) => T["$inferSelect"];
export function rowOf<C extends Record<string, AnyColumn>>(columns: C): (row: RawRow) => RowOf<C>;
export function rowOf(shape: Table | Record<string, AnyColumn>): (row: RawRow) => unknown {
  const columns = Object.entries(is(shape, Table) ? getTableColumns(shape) : shape);
  return (row) =>
    Object.fromEntries(
      columns.map(([key, column]) => {
        const value = row[column.name];
        if (value === undefined) throw new Error(`the statement returns no column ${column.name}`);
        return [key, value === null ? null : column.mapFromDriverValue(value)];
      }),
    );
}

/** A decoder for statements whose rows say nothing. */
export function noRow(): undefined {
  return undefined;
}
