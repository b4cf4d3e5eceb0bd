import { createDatabase, type Database, DB_MIGRATIONS, migrate } from "@skyport/db";
import { startPostgres } from "@skyport/testing";
import { storagePlan } from "../../src/db/plan.ts";
import { generateOrders } from "./many-orders.ts";

/** How many orders there are where plans are read: PLAN_ROWS, or a million. */
export const PLAN_ROWS = Number(process.env["PLAN_ROWS"] ?? 1_000_000);

/** Bulk work: nothing that a crash may not lose. */
const BULK = {
  shared_buffers: "512MB",
  maintenance_work_mem: "512MB",
  max_wal_size: "8GB",
  autovacuum: "off",
};

/** A database of `PLAN_ROWS` orders. */
export interface PlanDatabase extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
}

/** Makes one, on a server of its own; it takes some twenty seconds. */
export async function openPlanDatabase(): Promise<PlanDatabase> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres({ settings: BULK }));
  const url = await postgres.createDatabase();
  await migrate({ url, components: [DB_MIGRATIONS, storagePlan.migrations] });
  const database = opened.use(createDatabase({ url, maxConnections: 4 }));
  await generateOrders(database, PLAN_ROWS);
  const owned = opened.move();
  return { url, database, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
