import { setTimeout as pauseFor } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createDatabase, type Database } from "@skyport/db";
import { createLink, eventually, type Link, redisAvailable, seed, sharedPostgres, sharedRedis } from "@skyport/testing";
import { allOrders, discrepancies } from "./support/audit.ts";
import { customers, expectTyped, expectWhole } from "./support/customers.ts";
import { openWishes, ordered, settled } from "./support/lab.ts";
import { query } from "./support/many-orders.ts";
import { startOrderProcess } from "./support/order-process.ts";
import { type Places, QUICK_TIMES, startOrderServer } from "./support/order-server.ts";
import { type ProductServer, startProductServer } from "./support/product-server.ts";
import { random } from "./support/random.ts";

const suite = (await redisAvailable("any")) ? describe : describe.skip;

const FIVE_MINUTES_MS = 300_000;

// Each of a test's waits has a limit of its own.
jest.setTimeout(150_000);

suite("instances that share a database, Redis and a real product-svc", () => {
  const own = new AsyncDisposableStack();
  let product: ProductServer;
  let stock: Database;
  let places: Places;
  let link: Link;

  beforeAll(async () => {
    const postgres = own.use(await sharedPostgres());
    const redis = await sharedRedis();
    own.defer(() => redis.stop());
    const [productUrl, databaseUrl] = [await postgres.createDatabase(), await postgres.createDatabase()];
    product = own.use(await startProductServer({ databaseUrl: productUrl, redisUrl: redis.url }));
    stock = own.use(createDatabase({ url: productUrl, minConnections: 0 }));
    link = own.use(await createLink({ port: Number(new URL(product.url).port) }));
    places = { databaseUrl, redisUrl: redis.url, productServiceUrl: product.url };
  });
  afterEach(async () => {
    // Each wish moved each product's stock once at most, whoever carried it out.
    const twice = await query(
      stock,
      `SELECT reservation_id, generation, product_key FROM stock_movements WHERE kind = 'reservation'
       GROUP BY reservation_id, generation, product_key HAVING count(*) > 1`,
    );
    expect(twice).toEqual([]);
  });
  afterAll(() => own.disposeAsync());

  test("recover at once what a killed one has left: each wish is carried out once", async () => {
    // So slow that many are open at once, on a slow machine too.
    link.delay(1_000);
    const killed = await startOrderProcess({ ...places, productServiceUrl: link.through(product.url) });
    const one = await startOrderServer(places, { ...QUICK_TIMES, pollMs: 5 });
    const two = await startOrderServer(places, { ...QUICK_TIMES, pollMs: 5 });
    const id = await product.add({ inStock: 1_000 });
    const calls = Array.from({ length: 60 }, () => ordered(killed, id, 1).catch(() => undefined));
    await eventually(async () => (await openWishes(one)).length > 20, { withinMs: 20_000 });
    await killed.kill();
    await Promise.all(calls);
    link.restore();
    await settled(one);
    expect(await discrepancies(one, product.inventory)).toEqual([]);
    const orders = await allOrders(two);
    expect(orders.length).toBeGreaterThan(20);
    expect(await product.stockOf(id)).toBe(1_000 - orders.length);
    for (const { id: orderId } of orders) await one.orders.deleteOrder({ id: orderId });
    await Promise.all([one.close(), two.close()]);
  });

  test("go on through stops of either, with clocks ten minutes apart: nothing is lost, and nothing is held twice", async () => {
    const between = random(seed());
    const ahead = await startOrderProcess(places, FIVE_MINUTES_MS);
    const behind = await startOrderProcess(places, -FIVE_MINUTES_MS);
    const ids = [await product.add({ inStock: 100_000 }), await product.add({ inStock: 100_000 })];
    const load = customers([ahead, behind], ids, 6);
    await eventually(() => load.kept.size > 5, { withinMs: 20_000 });
    for (let round = 0; round < 4; round++) {
      const instance = between(0, 1) < 0.5 ? ahead : behind;
      await pauseFor(between(0, 300));
      instance.stop();
      // Some are longer than what a wish is left to whoever wrote it.
      await pauseFor(between(0, 3_000));
      instance.resume();
      const before = load.kept.size;
      await eventually(() => load.kept.size > before + 2, { withinMs: 20_000 });
    }
    await load.stop();
    expectTyped(load.reasons);
    await expectWhole(behind, product, load.kept);
    await Promise.all([ahead.close(), behind.close()]);
  });
});
