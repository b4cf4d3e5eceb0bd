import { sharedPostgres } from "@skyport/testing";
import { migratedTemplate } from "./database.ts";
import { fillLibraryTables, fillWithRows } from "./many-rows.ts";
import { openSql, type Sql } from "./sql.ts";

/** How many products there are where plans are read: PLAN_ROWS, or a million. */
export const PLAN_ROWS = Number(process.env["PLAN_ROWS"] ?? 1_000_000);

/** A database of `PLAN_ROWS` products, and a session of it. */
export interface PlanDatabase extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly sql: Sql;
}

/** Makes one; it takes some ten seconds. */
export async function openPlanDatabase(): Promise<PlanDatabase> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await sharedPostgres());
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  const sql = opened.use(openSql(databaseUrl));
  // As the service keeps them, and before anything is planned: each partition is one more to look into.
  for (const table of ["stock_movements", "changes", "request_ids"]) {
    await sql(`SELECT maintain_partitions('${table}', 'day', 7, NULL)`);
  }
  await fillWithRows(sql, PLAN_ROWS);
  await fillLibraryTables(sql, PLAN_ROWS);
  const owned = opened.move();
  return { databaseUrl, sql, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
