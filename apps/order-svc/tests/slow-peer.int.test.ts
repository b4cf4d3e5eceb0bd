import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderState } from "@skyport/proto";
import { createLink, eventually, inTime, type Link } from "@skyport/testing";
import { failureOf, reasonOf } from "./support/failure.ts";
import { hold, unreachable } from "./support/faults.ts";
import { type Lab, openLab, ordered, pendingOrders, settled } from "./support/lab.ts";
import type { OrderServer } from "./support/order-server.ts";

/** What the budget allows: a tenth of the calls, and ten. */
const withRetries = (calls: number): number => calls * 1.1 + 10;
/** What the recovery loop has under way at a time. */
const RECOVERY = 16;

describe("a product service that hangs", () => {
  const [RUNNING, WAITING, PROBE_EVERY_MS] = [8, 12, 500];
  let lab: Lab;
  let link: Link;
  let server: OrderServer;
  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    link = await createLink({ port: lab.stub.port });
    server = await lab.start({}, link.through(lab.stub.url), {
      bulkhead: { maxConcurrent: RUNNING, maxWaiting: WAITING },
      breaker: { probeEveryMs: PROBE_EVERY_MS },
    });
  });
  afterEach(async () => {
    lab.stub.heal();
    await settled(server);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(async () => {
    await lab.close();
    await link.close();
  });

  /** Whatever became of it. */
  const done = (call: Promise<unknown>): Promise<unknown> => call.catch(() => undefined);

  test("is asked no more than it was called for, and by so many at a time, over one connection", async () => {
    const id = lab.add(1_000);
    const made = await ordered(server, id, 1);
    const held = hold();
    lab.stub.onBatchGetProducts = held.before;
    lab.stub.forget();
    const accepted = link.accepted;
    let calls = 0;
    for (let wave = 0; wave < 3; wave++) {
      const reads = Array.from({ length: 20 }, () => done(server.orders.getOrder({ id: made.id }, inTime(700))));
      const orders = Array.from({ length: 20 }, () => done(ordered(server, id, 1, "", 700)));
      await Promise.all([...reads, ...orders]);
      calls += 40;
    }
    expect(lab.stub.calls.batchGetProducts).toBeLessThanOrEqual(withRetries(calls));
    // Those that nobody waits for any more are told so: they end.
    expect(lab.stub.peak).toBeLessThanOrEqual(RUNNING);
    expect(lab.stub.calls.setReservation).toBe(0);
    expect(link.accepted - accepted).toBe(0);
    held.release();
  });

  test("while it reserves: every caller hears of it, and recovery adds no flood of its own", async () => {
    const id = lab.add(1_000);
    await eventually(() => ordered(server, id, 1), { withinMs: 10_000 });
    const held = hold();
    lab.stub.onSetReservation = held.before;
    lab.stub.forget();
    const startedAt = performance.now();
    const CALLERS = 60;
    const reasons = await Promise.all(
      Array.from({ length: CALLERS }, () => reasonOf(ordered(server, id, 1, "", 3_000))),
    );
    expect(new Set(reasons)).toEqual(new Set(["PRODUCT_SERVICE_UNAVAILABLE"]));
    // Recovery tries what was written down while nothing says that it is no use, and then probes.
    await eventually(() => lab.stub.calls.setReservation > RUNNING);
    const probes = Math.ceil((performance.now() - startedAt) / PROBE_EVERY_MS) + 1;
    expect(lab.stub.calls.setReservation).toBeLessThanOrEqual(withRetries(CALLERS) + RECOVERY + probes);
    expect(lab.stub.peak).toBeLessThanOrEqual(2 * RUNNING);
    lab.stub.heal();
    held.release();
    await settled(server);
    const { orders } = await server.orders.listOrders({ filter: { productId: id }, pageSize: 100 });
    expect(orders.every(({ state }) => state === OrderState.CONFIRMED)).toBe(true);
    expect(lab.shelf.stockOf(id)).toBe(1_000 - orders.length);
  });

  test("keeps so many callers waiting; the next is refused at once, and told when to come back", async () => {
    const id = lab.add(1_000);
    await eventually(() => ordered(server, id, 1), { withinMs: 10_000 });
    const held = hold();
    lab.stub.onBatchGetProducts = held.before;
    const waiting = Array.from({ length: RUNNING + WAITING }, () => ordered(server, id, 1));
    await eventually(() => held.waiting === RUNNING);
    const failure = await eventually(async () => {
      const told = await failureOf(ordered(server, id, 1, "", 300));
      expect(told.message).toBe("too many calls wait for the product service");
      return told;
    });
    expect(failure).toMatchObject({ reason: "PRODUCT_SERVICE_UNAVAILABLE", retryMs: 500 });
    held.release();
    const made = await Promise.all(waiting);
    expect(made.every(({ state }) => state === OrderState.CONFIRMED)).toBe(true);
  });
});

describe("a product service that fails now and then", () => {
  let lab: Lab;
  let server: OrderServer;
  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    server = await lab.start();
  });
  afterAll(() => lab.close());

  test("is asked again within the call: callers do not notice", async () => {
    const id = lab.add(1_000);
    let calls = 0;
    lab.stub.onSetReservation = (work, request) => {
      calls += 1;
      if (calls % 20 === 1) return unreachable(work, request);
      work();
    };
    lab.stub.forget();
    for (let order = 0; order < 60; order++) {
      expect((await ordered(server, id, 1)).state).toBe(OrderState.CONFIRMED);
    }
    expect(lab.shelf.stockOf(id)).toBe(940);
    expect(lab.stub.calls.setReservation).toBe(60 + Math.ceil(lab.stub.calls.setReservation / 20));
    lab.stub.heal();
  });

  test("is not asked much more often than it was called for, when it fails always", async () => {
    const id = lab.add(1_000);
    const made = await ordered(server, id, 1);
    lab.stub.onBatchGetProducts = unreachable;
    lab.stub.forget();
    for (let call = 0; call < 100; call++) await server.orders.getOrder({ id: made.id });
    expect(lab.stub.calls.batchGetProducts).toBeLessThanOrEqual(withRetries(100));
    lab.stub.heal();
  });
});
