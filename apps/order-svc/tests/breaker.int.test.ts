import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
import { eventually } from "@skyport/testing";
import { failureOf, reasonOf } from "./support/failure.ts";
import { broken, hold, unreachable } from "./support/faults.ts";
import { type Lab, openLab, openWishes, ordered, pendingOrders, settled } from "./support/lab.ts";
import { query } from "./support/many-orders.ts";
import { type OrderServer, orderIn } from "./support/order-server.ts";

const PROBE_EVERY_MS = 300;
const BREAKER = { failures: 3, patienceMs: 50, probeEveryMs: PROBE_EVERY_MS };
/** Longer than any test. */
const HOURS_MS = 3_600_000;

describe("while the product service only fails", () => {
  let lab: Lab;
  let server: OrderServer;
  /** Of every test's own. */
  let id: string;

  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    // A lease that no loaded machine outlasts: nothing is asked twice because the first time took long.
    server = await lab.start({ leaseMs: 30_000 }, lab.stub.url, { breaker: BREAKER });
  });
  beforeEach(() => {
    id = lab.add(100);
  });
  afterEach(async () => {
    lab.stub.heal();
    await settled(server);
    await eventually(async () => (await ordered(server, id, 1)).state === OrderState.CONFIRMED);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(() => lab.close());

  /** The product service fails, until calls no longer reach it. */
  async function failUntilRefused(): Promise<void> {
    lab.stub.onBatchGetProducts = unreachable;
    lab.stub.onSetReservation = unreachable;
    await eventually(async () => {
      lab.stub.forget();
      expect(await reasonOf(ordered(server, id))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
      return lab.stub.calls.batchGetProducts === 0;
    });
  }

  test("CreateOrder and UpdateOrder are refused without asking it, and told when to come back", async () => {
    const made = await ordered(server, id, 1);
    await failUntilRefused();
    const change = { order: { id: made.id, lineItems: [{ productId: id, quantity: 2 }] } };
    const refused = await Promise.all([
      ...Array.from({ length: 50 }, () => failureOf(ordered(server, id, 1))),
      failureOf(server.orders.updateOrder(change)),
      failureOf(ordered(server, id, 1, randomUUID())),
    ]);
    for (const failure of refused) {
      expect(failure).toMatchObject({
        code: Code.Unavailable,
        reason: "PRODUCT_SERVICE_UNAVAILABLE",
        message: "the product service cannot be reached",
      });
      expect(failure.retryMs).toBeGreaterThan(0);
    }
    expect(await openWishes(server)).toEqual([]);
  });

  test("it is asked no more than now and then, however many call", async () => {
    const made = await ordered(server, id, 1);
    await failUntilRefused();
    lab.stub.forget();
    const startedAt = performance.now();
    let asked = 0;
    for (let round = 0; round < 40; round++) {
      const calls = Array.from({ length: 5 }, () => server.orders.getOrder({ id: made.id }));
      for (const { unreachable: told } of await Promise.all(calls)) expect(told).toEqual([id]);
      asked += 5;
    }
    const probes = Math.ceil((performance.now() - startedAt) / PROBE_EVERY_MS) + 1;
    expect(lab.stub.calls.batchGetProducts + lab.stub.calls.setReservation).toBeLessThanOrEqual(probes);
    expect(asked).toBe(200);
  });

  test("orders are read, cancelled and deleted, and all of their stock is back when it answers again", async () => {
    const made = await Promise.all(Array.from({ length: 40 }, () => ordered(server, id, 2)));
    const [kept, ...others] = made;
    expect(lab.shelf.stockOf(id)).toBe(20);
    await failUntilRefused();
    const full = await server.orders.getOrder({ id: kept?.id ?? "" });
    expect(full).toMatchObject({ order: kept, unreachable: [id] });
    const list = await server.orders.listOrders({ view: OrderView.FULL, filter: { productId: id }, pageSize: 100 });
    expect([list.orders.length, list.unreachable]).toEqual([40, [id]]);
    for (const [index, { id: orderId }] of others.entries()) {
      if (index % 2 === 0) await server.orders.deleteOrder({ id: orderId });
      else expect(orderIn(await server.orders.cancelOrder({ id: orderId })).state).toBe(OrderState.CANCELLED);
    }
    expect(await openWishes(server)).toHaveLength(39);
    lab.stub.forget();
    lab.stub.heal();
    await eventually(() => lab.shelf.stockOf(id) === 98, { withinMs: 15_000 });
    await settled(server);
    expect(new Set(lab.stub.asked).size).toBe(39);
    expect(lab.stub.asked.length).toBe(39);
    expect(lab.stub.peak).toBeLessThanOrEqual(16);
  });

  test("an order whose time is up is given up all the same", async () => {
    lab.stub.onSetReservation = broken;
    expect(await reasonOf(ordered(server, id, 3))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    const [wish] = await openWishes(server);
    const orderId = wish?.orderId ?? "";
    await failUntilRefused();
    await query(lab.database, "UPDATE order_intentions SET deadline = now() WHERE state = 'open'");
    await eventually(async () => (await pendingOrders(lab.database)) === 0, { withinMs: 10_000 });
    expect(await reasonOf(server.orders.getOrder({ id: orderId }))).toBe("ORDER_NOT_FOUND");
    expect(await openWishes(server)).toMatchObject([{ orderId, generation: 2, items: [] }]);
    expect(lab.shelf.held(orderId).generation).toBe(0);
    lab.stub.heal();
    await settled(server);
    expect(lab.shelf.held(orderId)).toMatchObject({ generation: 2, items: [] });
    expect(lab.shelf.stockOf(id)).toBe(100);
  });
});

test("the first answer wakes the recovery, which would not look by itself", async () => {
  await using own = new AsyncDisposableStack();
  const { stub, shelf, add, start, close } = await openLab("the in-process cache");
  own.defer(close);
  const server = await start({ pollMs: HOURS_MS, overdueMs: HOURS_MS, leaseMs: 30_000 }, stub.url, {
    breaker: BREAKER,
  });
  const id = add(100);
  const made = await Promise.all(Array.from({ length: 30 }, () => ordered(server, id, 2)));
  stub.onBatchGetProducts = unreachable;
  stub.onSetReservation = unreachable;
  await eventually(async () => {
    stub.forget();
    await server.orders.getOrder({ id: made[0]?.id ?? "" });
    return stub.calls.batchGetProducts === 0;
  });
  // Probes wait from here on, and succeed in the end: none is put off to a time at which nobody looks.
  const held = hold();
  stub.onSetReservation = held.before;
  for (const { id: orderId } of made) await server.orders.deleteOrder({ id: orderId });
  expect(shelf.stockOf(id)).toBe(40);
  held.release();
  stub.heal();
  await eventually(() => ordered(server, id, 1));
  await settled(server);
  expect(shelf.stockOf(id)).toBe(99);
});
