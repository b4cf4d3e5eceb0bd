import { createDatabase, type Database, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { type Intention, type Order, OrderView } from "@skyport/proto";
import { eventually, inTime, sharedPostgres } from "@skyport/testing";
import { sql } from "drizzle-orm";
import type { IntentionTimes } from "../../src/intentions/dependencies.ts";
import type { ProductPeerOptions } from "../../src/peers/product-client.ts";
import { type CacheKind, openCache } from "./caches.ts";
import { type OrderServer, orderIn, type Places, QUICK_TIMES, startOrderServer } from "./order-server.ts";
import { eur, freshId } from "./product-server.ts";
import { type ProductStub, startProductStub } from "./product-stub.ts";
import type { Shelf } from "./shelf.ts";

/** One database of order-svc, a stub for the product service, and instances that a test starts. */
export interface Lab {
  readonly stub: ProductStub;
  readonly shelf: Shelf;
  readonly places: Places;
  readonly database: Database;
  /** Starts an instance; it is closed with the lab. Default: quick times. */
  start(times?: Partial<IntentionTimes>, productServiceUrl?: string, peer?: ProductPeerOptions): Promise<OrderServer>;
  /** Puts a product on the shelf and gives its id. */
  add(inStock?: number): string;
  close(): Promise<void>;
}

export async function openLab(cache: CacheKind): Promise<Lab> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await sharedPostgres());
  const { url: redisUrl, close } = await openCache(cache);
  opened.defer(close);
  const databaseUrl = await postgres.createDatabase();
  const stub = opened.use(await startProductStub());
  const database = opened.use(createDatabase({ url: databaseUrl, applicationName: "test", minConnections: 0 }));
  const instances = opened.use(new AsyncDisposableStack());
  const places: Places = { databaseUrl, redisUrl, productServiceUrl: stub.url };
  const resources = opened.move();
  return {
    stub,
    shelf: stub.shelf,
    places,
    database,
    start: async (times = {}, productServiceUrl = stub.url, peer = {}) =>
      instances.use(await startOrderServer({ ...places, productServiceUrl }, { ...QUICK_TIMES, ...times }, peer)),
    add(inStock = 10) {
      const id = freshId("stub");
      stub.shelf.put(id, { title: "A ship", inStock, price: eur(1) });
      return id;
    },
    close: () => resources.disposeAsync(),
  };
}

/** Creates an order of one line. */
export async function ordered(
  { orders }: OrderServer,
  productId: string,
  quantity = 1,
  requestId = "",
  timeoutMs = 20_000,
): Promise<Order> {
  return orderIn(
    await orders.createOrder({ order: { lineItems: [{ productId, quantity }] }, requestId }, inTime(timeoutMs)),
  );
}

/** The wishes that are open, of one order or of all. */
export async function openWishes({ orders }: OrderServer, orderId?: string): Promise<Intention[]> {
  const { intentions } = await orders.listOpenIntentions({ pageSize: 1_000 });
  return intentions.filter((intention) => orderId === undefined || intention.orderId === orderId);
}

/** Waits until no wish is open: whatever was left behind has been seen to its end. */
export async function settled(server: OrderServer): Promise<void> {
  await eventually(async () => (await openWishes(server)).length === 0, { withinMs: 20_000, everyMs: 25 });
}

const touch = sqlStatement<{ id: string }, void>(
  sql`UPDATE orders SET update_time = update_time + interval '1 us' WHERE id = ${sql.placeholder("id")}::uuid`,
  () => undefined,
);

/**
 * Waits until reads of an order come from the cache: those that do not see what was written past it. A store that has
 * just been started caches nothing for some seconds, and a test of stale reads would show nothing then.
 */
export async function untilCached(database: Database, { orders }: OrderServer, id: string): Promise<void> {
  const read = async () => (await orders.getOrder({ id, view: OrderView.BASIC })).order?.updateTime?.nanos;
  const isCached = async (): Promise<boolean> => {
    const before = await read();
    await database.read(Deadline.after(5_000), (session) => session.run(touch, { id }));
    return (await read()) === before;
  };
  await eventually(isCached, { withinMs: 15_000, everyMs: 50 });
}

const countRows = sqlStatement<Record<string, never>, number>(
  sql`SELECT count(*)::integer AS count FROM orders WHERE state = 'pending'`,
  (row) => Number(row["count"]),
);

/** How often the wishes of an order were claimed by a recovery loop. */
export async function claimsOf(server: OrderServer, orderId: string): Promise<number> {
  return (await openWishes(server, orderId)).reduce((sum, { attempts }) => sum + attempts, 0);
}

/** How many orders are pending. */
export async function pendingOrders(database: Database): Promise<number> {
  const [count = 0] = await database.read(Deadline.after(5_000), (session) => session.run(countRows, {}));
  return count;
}
