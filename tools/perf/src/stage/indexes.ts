import type { Sql } from "./sql.ts";

/**
 * Takes a table's indices away, fills it, and makes them again: sorting each index once is several times faster than
 * keeping it up to date row by row. Those of constraints stay.
 */
export async function withoutIndexes(sql: Sql, tables: readonly string[], fill: () => Promise<void>): Promise<void> {
  const names = tables.map((table) => `'${table}'::regclass`).join(", ");
  const rows = await sql(`
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
    WHERE i.indrelid IN (${names}) AND c.oid IS NULL ORDER BY i.indexrelid`);
  for (const { name } of rows) await sql(`DROP INDEX ${String(name)}`);
  await fill();
  // An index of a partitioned table is given back as ON ONLY, which would leave its partitions without.
  for (const { definition } of rows) await sql(String(definition).replace(" ON ONLY ", " ON "));
}
