import { createDatabase, type Database } from "@skyport/db";
import { sharedPostgres } from "@skyport/testing";
import type { IntentionTimes } from "../../src/intentions/dependencies.ts";
import { type CacheKind, openCache } from "./caches.ts";
import { type OrderServer, type Places, startOrderServer } from "./order-server.ts";
import { type ProductServer, startProductServer } from "./product-server.ts";

/** Both services with databases of their own. */
export interface System {
  readonly product: ProductServer;
  readonly order: OrderServer;
  readonly places: Places;
  /** order-svc's database, for looking at what only it knows. */
  readonly database: Database;
  close(): Promise<void>;
}

/** Starts the real product-svc and an order-svc that asks it. */
export async function startSystem(cache: CacheKind, times?: Partial<IntentionTimes>): Promise<System> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await sharedPostgres());
  const { url: redisUrl, close } = await openCache(cache);
  opened.defer(close);
  const [productUrl, databaseUrl] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
  const product = opened.use(await startProductServer({ databaseUrl: productUrl }));
  const places: Places = { databaseUrl, redisUrl, productServiceUrl: product.url };
  const order = opened.use(await startOrderServer(places, times));
  const database = opened.use(createDatabase({ url: databaseUrl, applicationName: "test", minConnections: 0 }));
  const resources = opened.move();
  return { product, order, places, database, close: () => resources.disposeAsync() };
}
