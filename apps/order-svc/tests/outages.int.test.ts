import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
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
import { customers, expectTyped, expectWhole } from "./support/customers.ts";
import { failureOf } from "./support/failure.ts";
import { openLab, openWishes, ordered, settled } from "./support/lab.ts";
import { type OrderServer, orderIn, QUICK_TIMES, startOrderServer } from "./support/order-server.ts";
import { type ProductServer, startProductServer } from "./support/product-server.ts";
import { type System, startSystem } from "./support/system.ts";

/** Longer than any test. */
const HOURS_MS = 3_600_000;

// Each of a test's waits has a limit of its own.
jest.setTimeout(150_000);

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
    const [other, kept] = [await ordered(order, id, 2), await ordered(order, id, 1)];
    await product.kill();
    expect(await order.orders.getOrder({ id: made.id })).toMatchObject({ order: made, unreachable: [id] });
    expect(await order.orders.listOrders({ view: OrderView.FULL, filter: { productId: id } })).toMatchObject({
      orders: expect.arrayContaining([made, other, kept]),
      unreachable: [id],
    });
    // Whoever waited for the deadline would wait for longer than this test.
    const failure = await failureOf(ordered(order, id, 1, randomUUID(), HOURS_MS));
    expect(failure).toMatchObject({ code: Code.Unavailable, reason: "PRODUCT_SERVICE_UNAVAILABLE" });
    expect(failure.retryMs).toBeGreaterThan(0);
    expect(orderIn(await order.orders.cancelOrder({ id: made.id })).state).toBe(OrderState.CANCELLED);
    await order.orders.deleteOrder({ id: other.id });
    expect((await openWishes(order)).map(({ orderId }) => orderId).toSorted()).toEqual([made.id, other.id].toSorted());
    await product.revive();
    await eventually(async () => (await product.stockOf(id)) === 9, { withinMs: 20_000 });
    await settled(order);
    expect(await discrepancies(order, product.inventory)).toEqual([]);
    expect((await allOrders(order)).map(({ state }) => state).toSorted()).toEqual([
      OrderState.CONFIRMED,
      OrderState.CANCELLED,
    ]);
    await order.orders.deleteOrder({ id: kept.id });
  });

  test("in the middle of the work: nothing is lost, and nothing is held twice", async () => {
    const { product, order } = system;
    const ids = [await product.add({ inStock: 100_000 }), await product.add({ inStock: 100_000 })];
    await order.orders.deleteOrder({ id: (await allOrders(order))[0]?.id ?? "" });
    const load = customers([order], ids, 6);
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

  test("after a wish was written down: its caller is told that the outcome is open, and it is carried out", async () => {
    const id = lab.add(10);
    lab.stub.onSetReservation = async (work) => {
      lab.stub.heal();
      work();
      await redis.kill();
    };
    const failure = await failureOf(ordered(server, id, 2));
    expect(failure).toMatchObject({ reason: "CACHE_UNAVAILABLE", metadata: { outcome: "unknown" } });
    await redis.restart();
    await settled(server);
    const { orders } = await server.orders.listOrders({ filter: { productId: id } });
    expect(orders).toMatchObject([{ state: OrderState.CONFIRMED }]);
    expect(lab.shelf.stockOf(id)).toBe(8);
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
    const places = { databaseUrl, redisUrl: redis.url, productServiceUrl: product.url };
    // What cannot be handed over, because the database is gone, is taken over when it is overdue.
    server = await startOrderServer(places, { ...QUICK_TIMES, overdueMs: 300 });
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
    const load = customers([server], ids, 6);
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
