import { type Column, getTableColumns, is, Table } from "drizzle-orm";
import type { RawRow } from "./statement.ts";

type Columns = Record<string, Column>;
type Decoded<C extends Column> = C["_"]["notNull"] extends true ? C["_"]["data"] : C["_"]["data"] | null;

/** What `rowOf` makes of a raw row: the columns' TypeScript names and types. */
export type RowOf<T extends Table | Columns> = T extends Table
  ? T["$inferSelect"]
  : T extends Columns
    ? { [K in keyof T]: Decoded<T[K]> }
    : never;

/**
 * A decoder for `sqlStatement`: takes a table's columns, or the ones given, out of a raw row by their names in the
 * database, and decodes them as Drizzle's own queries do. Further columns of the row are left out.
 *
 * The decoder throws an Error when the row lacks a column.
 */
export function rowOf<T extends Table | Columns>(source: T): (row: RawRow) => RowOf<T> {
  const columns = Object.entries<Column>(is(source, Table) ? getTableColumns(source) : source);
  return (row) => {
    const decoded = columns.map(([key, column]) => {
      const value = row[column.name];
      if (value === undefined) throw new Error(`the statement returns no column ${column.name}`);
      return [key, value === null ? null : column.mapFromDriverValue(value)] as const;
    });
    // The keys and types are those of `columns`, entry by entry.
    return Object.fromEntries(decoded) as RowOf<T>;
  };
}

/** The decoder of a statement whose rows do not matter. */
export function noRow(): void {}
