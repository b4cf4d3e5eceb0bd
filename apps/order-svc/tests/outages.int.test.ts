import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isReason, REASONS } from "@skyport/errors";
import { type Order, OrderState, OrderView } from "@skyport/proto";
import {
  eventually,
  redisAvailable,
  type SharedRedis,
  sharedRedis,
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestRedis,
} from "@skyport/testing";
import { allOrders, discrepancies } from "./support/audit.ts";
import { failureIn, failureOf } from "./support/failure.ts";
import { openLab, ordered, settled } from "./support/lab.ts";
import { type OrderServer, orderIn, QUICK_TIMES, startOrderServer } from "./support/order-server.ts";
import { type ProductServer, startProductServer } from "./support/product-server.ts";
import { type System, startSystem } from "./support/system.ts";

/** Customers that order, change, cancel and delete until they are stopped, and repeat what may have been lost. */
function customers(server: OrderServer, productIds: readonly string[], count: number) {
  let stopping = false;
  const reasons = new Map<string, number>();
  const kept = new Map<string, Order>();

  /** Repeats a call until it is answered, as an error with RetryInfo allows; undefined when it was refused for good. */
  async function insist<T>(call: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const { reason = "none", code, retryMs } = failureIn(error);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        if (reason === "none") throw new Error(`an error without a reason, code ${code}`, { cause: error });
        if (retryMs === undefined) return undefined;
      }
    }
  }

  async function customer(index: number): Promise<void> {
    const productId = productIds[index % productIds.length] ?? "";
    for (let turn = 0; !stopping; turn++) {
      const lineItems = [{ productId, quantity: 1 + (turn % 3) }];
      const requestId = randomUUID();
      const created = await insist(() => server.orders.createOrder({ order: { lineItems }, requestId }));
      if (created === undefined) continue;
      const { id } = orderIn(created);
      kept.set(id, orderIn(created));
      if (turn % 4 === 1) {
        const changeId = randomUUID();
        const order = { id, lineItems: [{ productId, quantity: 2 }] };
        const changed = await insist(() => server.orders.updateOrder({ order, requestId: changeId }));
        if (changed !== undefined) kept.set(id, orderIn(changed));
      }
      if (turn % 4 === 2) {
        const cancelled = await insist(() => server.orders.cancelOrder({ id }));
        if (cancelled !== undefined) kept.set(id, orderIn(cancelled));
      }
      if (turn % 4 === 3) {
        // A repeat of a deletion that was carried out is told that there is no such order.
        await insist(() => server.orders.deleteOrder({ id }));
        kept.delete(id);
      }
    }
  }

  const running = Promise.all(Array.from({ length: count }, (_, index) => customer(index)));
  return {
    /** How often each reason was told. */
    reasons,
    /** The orders that were acknowledged, as they were acknowledged last. */
    kept,
    async stop(): Promise<void> {
      stopping = true;
      await running;
    },
  };
}

/** What customers may be told while a part is gone: what the contract names, and never INTERNAL. */
function expectTyped(reasons: ReadonlyMap<string, number>): void {
  for (const reason of reasons.keys()) {
    expect(isReason(reason)).toBe(true);
    expect(reason).not.toBe("INTERNAL");
    if (isReason(reason) && REASONS[reason].code === Code.InvalidArgument) throw new Error(`told ${reason}`);
  }
}

async function expectWhole(
  server: OrderServer,
  product: ProductServer,
  kept: ReadonlyMap<string, Order>,
): Promise<void> {
  await settled(server);
  expect(await discrepancies(server, product.inventory)).toEqual([]);
  const stored = new Map((await allOrders(server)).map((order) => [order.id, order]));
  expect([...stored.keys()].toSorted()).toEqual([...kept.keys()].toSorted());
  for (const [id, order] of kept) expect(stored.get(id)).toEqual(order);
}

describe("product-svc is killed", () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem("the in-process cache", QUICK_TIMES);
  });
  afterAll(() => system.close());

  test("and comes back: orders are read meanwhile, and what was begun is finished", async () => {
    const { product, order } = system;
    const id = await product.add({ inStock: 10 });
    const made = await ordered(order, id, 3);
    await product.kill();
    expect(await order.orders.getOrder({ id: made.id })).toMatchObject({ order: made, unreachable: [id] });
    expect(await failureOf(ordered(order, id, 1))).toMatchObject({ reason: "PRODUCT_SERVICE_UNAVAILABLE" });
    expect(orderIn(await order.orders.cancelOrder({ id: made.id })).state).toBe(OrderState.CANCELLED);
    await product.revive();
    await eventually(async () => (await product.stockOf(id)) === 10, { withinMs: 20_000 });
  });

  test("in the middle of the work: nothing is lost, and nothing is held twice", async () => {
    const { product, order } = system;
    const ids = [await product.add({ inStock: 100_000 }), await product.add({ inStock: 100_000 })];
    await order.orders.deleteOrder({ id: (await allOrders(order))[0]?.id ?? "" });
    const load = customers(order, ids, 6);
    await eventually(() => load.kept.size > 10, { withinMs: 20_000 });
    await product.kill();
    await eventually(() => (load.reasons.get("PRODUCT_SERVICE_UNAVAILABLE") ?? 0) > 0);
    await product.revive();
    const before = load.kept.size;
    await eventually(() => load.kept.size > before + 5, { withinMs: 20_000 });
    await load.stop();
    expectTyped(load.reasons);
    await expectWhole(order, product, load.kept);
  });
});

const withRedis = (await redisAvailable()) ? describe : describe.skip;

withRedis("Redis is killed", () => {
  let redis: TestRedis;
  let lab: Awaited<ReturnType<typeof openLab>>;
  let server: OrderServer;
  beforeAll(async () => {
    redis = await startRedis();
    lab = await openLab("the in-process cache");
    server = await startOrderServer({ ...lab.places, redisUrl: redis.url }, QUICK_TIMES);
  });
  afterAll(async () => {
    await server.close();
    await lab.close();
    await redis.stop();
  });

  test("orders are read, writes are refused and change nothing, and all works again when it is back", async () => {
    const id = lab.add(10);
    const made = await ordered(server, id, 2);
    await redis.kill();
    expect(orderIn(await server.orders.getOrder({ id: made.id, view: OrderView.BASIC }))).toEqual(made);
    expect((await server.orders.getOrder({ id: made.id })).unreachable).toEqual([]);
    expect((await server.orders.listOrders({})).orders).toEqual([made]);
    const order = { id: made.id, lineItems: [{ productId: id, quantity: 3 }] };
    const writes = [
      () => ordered(server, id, 1),
      () => ordered(server, id, 1, randomUUID()),
      () => server.orders.updateOrder({ order }),
      () => server.orders.cancelOrder({ id: made.id }),
      () => server.orders.deleteOrder({ id: made.id }),
    ];
    for (const write of writes) {
      const failure = await failureOf(write());
      expect(failure).toMatchObject({ code: Code.Unavailable, reason: "CACHE_UNAVAILABLE", metadata: {} });
      expect(failure.retryMs).toBeGreaterThan(0);
    }
    expect((await server.orders.listOrders({})).orders).toEqual([made]);
    expect((await server.orders.listOpenIntentions({})).intentions).toEqual([]);
    expect(lab.shelf.stockOf(id)).toBe(8);
    await redis.restart();
    const changed = await eventually(async () => orderIn(await server.orders.updateOrder({ order })), {
      withinMs: 20_000,
    });
    expect(orderIn(await server.orders.getOrder({ id: made.id, view: OrderView.BASIC }))).toEqual(changed);
    expect(lab.shelf.stockOf(id)).toBe(7);
  });
});

withRedis("PostgreSQL is restarted under load", () => {
  let postgres: TestPostgres;
  let product: ProductServer;
  let server: OrderServer;
  let redis: SharedRedis;
  beforeAll(async () => {
    postgres = await startPostgres();
    redis = await sharedRedis();
    const [productUrl, databaseUrl] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
    product = await startProductServer({ databaseUrl: productUrl, redisUrl: redis.url });
    server = await startOrderServer({ databaseUrl, redisUrl: redis.url, productServiceUrl: product.url }, QUICK_TIMES);
  });
  afterAll(async () => {
    await server.close();
    await product.close();
    await redis.stop();
    await postgres.stop();
  });

  test.each(["fast", "immediate"] as const)("(%s): errors are typed, and no write is half done", async (mode) => {
    const ids = [await product.add({ inStock: 100_000 }), await product.add({ inStock: 100_000 })];
    for (const { id } of await allOrders(server)) await server.orders.deleteOrder({ id });
    const load = customers(server, ids, 6);
    await eventually(() => load.kept.size > 10, { withinMs: 20_000 });
    await postgres.restart({ mode });
    const before = load.kept.size;
    await eventually(() => load.kept.size > before + 5, { withinMs: 20_000 });
    await load.stop();
    expect(load.reasons.size).toBeGreaterThan(0);
    expectTyped(load.reasons);
    await expectWhole(server, product, load.kept);
  });
});
