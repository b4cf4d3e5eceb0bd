import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type Order, OrderState } from "@skyport/proto";
import { createLink, eventually, type Link, redisAvailable } from "@skyport/testing";
import { reasonOf } from "./support/failure.ts";
import { broken, brokenAfter, firstThen, hold } from "./support/faults.ts";
import { claimsOf, type Lab, openLab, openWishes, ordered, pendingOrders, settled } from "./support/lab.ts";
import { query } from "./support/many-orders.ts";
import { type OrderServer, QUICK_TIMES, startOrderServer } from "./support/order-server.ts";

/** Longer than any test: nobody looks by himself, and nothing becomes overdue by itself. */
const HOURS_MS = 3_600_000;

const LISTENER = "application_name = 'order-svc recovery' AND datname = current_database()";

describe("a recovery loop that only looks when it is told to", () => {
  let lab: Lab;
  let server: OrderServer;
  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    server = await lab.start({ pollMs: HOURS_MS, overdueMs: HOURS_MS, leaseMs: 30_000 });
  });
  afterEach(async () => {
    lab.stub.heal();
    await settled(server);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(() => lab.close());

  const ordersOf = async (productId: string): Promise<readonly Order[]> =>
    (await server.orders.listOrders({ filter: { productId } })).orders;

  test.each([
    ["was not carried out", broken],
    ["was carried out, which the creator did not hear", brokenAfter],
  ])("confirms an order at once whose reservation %s", async (_, fault) => {
    const id = lab.add(10);
    lab.stub.onSetReservation = firstThen(fault);
    expect(await reasonOf(ordered(server, id, 2))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    await settled(server);
    expect((await ordersOf(id)).map(({ state }) => state)).toEqual([OrderState.CONFIRMED]);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });

  test("gives the stock of a cancelled and of a deleted order back at once", async () => {
    const id = lab.add(10);
    const [one, two] = [await ordered(server, id, 2), await ordered(server, id, 3)];
    const held = hold();
    lab.stub.onSetReservation = held.before;
    // Both are answered after a while, although their stock is not back; the loop has been told by then, and waits for it.
    await Promise.all([server.orders.cancelOrder({ id: one.id }), server.orders.deleteOrder({ id: two.id })]);
    for (const order of [one, two]) await eventually(async () => (await claimsOf(server, order.id)) === 1);
    expect(lab.shelf.stockOf(id)).toBe(5);
    held.release();
    await settled(server);
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("leaves alone what somebody is at, however often it is woken", async () => {
    const [id, other] = [lab.add(10), lab.add(10)];
    const held = hold();
    lab.stub.onSetReservation = held.before;
    const creator = ordered(server, id, 2);
    await eventually(() => held.waiting === 1);
    const [wish] = await openWishes(server);
    const orderId = wish?.orderId ?? "";
    // Each of these is handed over, and settled: so the loop has looked.
    lab.stub.onSetReservation = firstThen(broken);
    for (let left = 9; left > 4; left--) {
      expect(await reasonOf(ordered(server, other, 1))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
      await eventually(() => lab.shelf.stockOf(other) === left);
    }
    expect(await claimsOf(server, orderId)).toBe(0);
    held.release();
    expect(await creator).toMatchObject({ id: orderId, state: OrderState.CONFIRMED });
    expect(lab.stub.asked.filter((asked) => asked === `${orderId} 1`)).toHaveLength(1);
  });

  test("settles others while one hangs", async () => {
    const [slow, quick] = [lab.add(10), lab.add(10)];
    const hanging = await ordered(server, slow, 1);
    const held = hold();
    const brokenFirst = firstThen(broken);
    lab.stub.onSetReservation = (work, request) =>
      (request.reservationId === hanging.id ? held.before : brokenFirst)(work, request);
    await server.orders.cancelOrder({ id: hanging.id });
    await eventually(async () => (await claimsOf(server, hanging.id)) === 1);
    expect(await reasonOf(ordered(server, quick, 4))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    await eventually(() => lab.shelf.stockOf(quick) === 6);
    expect([await claimsOf(server, hanging.id), lab.shelf.stockOf(slow)]).toEqual([1, 9]);
    held.release();
  });

  test("works off more than it takes at a time", async () => {
    const ids = Array.from({ length: 60 }, () => lab.add(10));
    lab.stub.onSetReservation = firstThen(broken);
    await Promise.all(
      ids.map(async (id) => expect(await reasonOf(ordered(server, id))).toBe("PRODUCT_SERVICE_UNAVAILABLE")),
    );
    await settled(server);
    expect(ids.map((id) => lab.shelf.stockOf(id))).toEqual(ids.map(() => 9));
  });

  test("looks again when its connection was lost: what was told meanwhile may have gone past it", async () => {
    const id = lab.add(10);
    const [before] = await query(lab.database, `SELECT pid FROM pg_stat_activity WHERE ${LISTENER}`);
    lab.stub.onSetReservation = broken;
    expect(await reasonOf(ordered(server, id, 2))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    // Claimed, tried, and put off: a lease would last longer.
    await eventually(async () => {
      const postponed = "state = 'open' AND attempts > 0 AND due_time < now() + interval '10 s'";
      expect(await query(lab.database, `SELECT 1 FROM order_intentions WHERE ${postponed}`)).toHaveLength(1);
    });
    lab.stub.heal();
    // Due again, and nobody is told.
    await query(lab.database, "UPDATE order_intentions SET due_time = now() WHERE state = 'open'");
    await query(lab.database, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE ${LISTENER}`);
    await settled(server);
    const [after] = await query(lab.database, `SELECT pid FROM pg_stat_activity WHERE ${LISTENER}`);
    expect(after?.["pid"]).not.toBe(before?.["pid"]);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });
});

const withRedis = (await redisAvailable("any")) ? describe : describe.skip;

withRedis("recovery without notifications", () => {
  let lab: Lab;
  let direct: Link;
  let server: OrderServer;
  beforeAll(async () => {
    lab = await openLab("Redis");
    direct = await createLink({ port: Number(new URL(lab.places.databaseUrl).port) });
    const databaseDirectUrl = direct.through(lab.places.databaseUrl);
    server = await startOrderServer({ ...lab.places, databaseDirectUrl }, QUICK_TIMES);
  });
  afterAll(async () => {
    await server.close();
    await direct.close();
    await lab.close();
  });

  test("looks for itself", async () => {
    const id = lab.add(10);
    direct.cut();
    await eventually(async () => {
      const rows = await query(lab.database, `SELECT 1 FROM pg_stat_activity WHERE ${LISTENER}`);
      expect(rows).toEqual([]);
    });
    lab.stub.onSetReservation = firstThen(broken);
    expect(await reasonOf(ordered(server, id, 2))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    await settled(server);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });
});
