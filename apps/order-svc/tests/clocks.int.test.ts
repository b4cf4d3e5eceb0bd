import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
import { eventually, redisAvailable } from "@skyport/testing";
import { reasonOf } from "./support/failure.ts";
import { broken } from "./support/faults.ts";
import { type Lab, openLab, openWishes, ordered, pendingOrders, settled } from "./support/lab.ts";
import { micros } from "./support/lists.ts";
import { query } from "./support/many-orders.ts";
import { type OrderProcess, startOrderProcess } from "./support/order-process.ts";
import type { OrderServer } from "./support/order-server.ts";
import { type ProductStub, startProductStub } from "./support/product-stub.ts";

const suite = (await redisAvailable("any")) ? describe : describe.skip;

const MINUTE_MS = 60_000;

suite.each([
  ["ahead", 5 * MINUTE_MS],
  ["behind", -5 * MINUTE_MS],
])("an instance whose clock is 5 minutes %s", (_, shiftMs) => {
  let lab: Lab;
  let itsStub: ProductStub;
  let wrong: OrderProcess;
  /** Its clock is right, and it recovers nothing: whatever is left open is the other's. */
  let right: OrderServer;

  beforeAll(async () => {
    lab = await openLab("Redis");
    itsStub = await startProductStub(lab.shelf);
    wrong = await startOrderProcess({ ...lab.places, productServiceUrl: itsStub.url }, shiftMs);
    right = await lab.start({ pollMs: Number.POSITIVE_INFINITY });
  });
  afterEach(async () => {
    lab.stub.heal();
    itsStub.heal();
    await settled(right);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(async () => {
    await wrong.close();
    await lab.close();
    await itsStub.close();
  });

  /**
   * An order that nobody could reserve so far, until `minutes` from now by the database's clock. An attempt that began
   * with another time could end well once the product service is there again: the recovery has come back to it since.
   */
  async function leftOpen(productId: string, minutes: number): Promise<string> {
    lab.stub.onSetReservation = broken;
    itsStub.onSetReservation = broken;
    expect(await reasonOf(ordered(right, productId, 2))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    const [wish] = await query(
      lab.database,
      `UPDATE order_intentions SET deadline = now() + ${minutes} * interval '1 min' WHERE state = 'open'
       RETURNING order_id, attempts`,
    );
    const orderId = String(wish?.["order_id"]);
    const claimedSince = `SELECT FROM order_intentions
      WHERE order_id = '${orderId}' AND generation = 1 AND attempts > ${Number(wish?.["attempts"])}`;
    await eventually(async () => (await query(lab.database, claimedSince)).length === 1, { withinMs: 20_000 });
    return orderId;
  }

  test("has it wrong indeed: the ids that it makes tell its own time", async () => {
    const { id } = await ordered(wrong, lab.add(), 1);
    const [row] = await query(
      lab.database,
      `SELECT extract(epoch FROM now() - uuid_extract_timestamp('${id}')) * 1000 AS behind`,
    );
    expect(Math.abs(Number(row?.["behind"]) + shiftMs)).toBeLessThan(MINUTE_MS);
  });

  test("stamps orders with the database's time: lists are in the order of creation, and pages go on at either", async () => {
    const id = lab.add();
    const made = [];
    for (const instance of [wrong, right, wrong, right]) made.push(await ordered(instance, id, 1));
    const times = made.map(micros);
    expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
    const request = { filter: { productId: id }, orderBy: "create_time", pageSize: 2 };
    const first = await right.orders.listOrders(request);
    const second = await wrong.orders.listOrders({ ...request, pageToken: first.nextPageToken });
    expect([...first.orders, ...second.orders]).toEqual(made);
  });

  test("gives no order up before its time", async () => {
    const id = lab.add(10);
    const orderId = await leftOpen(id, 4);
    itsStub.heal();
    await settled(right);
    const { order } = await right.orders.getOrder({ id: orderId, view: OrderView.BASIC });
    expect(order?.state).toBe(OrderState.CONFIRMED);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });

  test("gives an order up whose time is over", async () => {
    const id = lab.add(10);
    const orderId = await leftOpen(id, -1);
    itsStub.heal();
    await settled(right);
    expect(await reasonOf(right.orders.getOrder({ id: orderId }))).toBe("ORDER_NOT_FOUND");
    expect(lab.shelf.held(orderId)).toMatchObject({ generation: 2, items: [] });
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("takes nothing over that somebody is at", async () => {
    const [id, other] = [lab.add(10), lab.add(10)];
    const orderId = await leftOpen(id, 10);
    // For 4 minutes somebody else is at it, and nothing that was begun before can end well.
    await query(
      lab.database,
      "UPDATE order_intentions SET attempts = 100, due_time = now() + interval '4 min' WHERE state = 'open'",
    );
    itsStub.onSetReservation = (work, request) => (request.reservationId === orderId ? broken(work, request) : work());
    expect(await reasonOf(ordered(right, other, 1))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    // The one that was handed over is settled, and this one is as it was.
    await eventually(() => lab.shelf.stockOf(other) === 9, { withinMs: 20_000 });
    expect(await openWishes(right, orderId)).toMatchObject([{ attempts: 100 }]);
    itsStub.heal();
    await query(lab.database, "UPDATE order_intentions SET due_time = now() WHERE state = 'open'");
  });

  test("keeps an answer as long as any other, and gives it again", async () => {
    const [id, requestId] = [lab.add(10), randomUUID()];
    const made = await ordered(wrong, id, 2, requestId);
    expect(await ordered(right, id, 2, requestId)).toEqual(made);
    const again = randomUUID();
    const next = await ordered(right, id, 2, again);
    expect(await ordered(wrong, id, 2, again)).toEqual(next);
    expect(lab.shelf.stockOf(id)).toBe(6);
  });

  test("is given its time by its callers, and writes what others read at once", async () => {
    const id = lab.add(100);
    const made = await ordered(right, id, 1, "", 5_000);
    for (let quantity = 2; quantity < 8; quantity++) {
      const [writer, reader] = quantity % 2 === 0 ? [wrong, right] : [right, wrong];
      const request = { order: { id: made.id, lineItems: [{ productId: id, quantity }] } };
      const { order } = await writer.orders.updateOrder(request, { timeoutMs: 5_000 });
      expect((await reader.orders.getOrder({ id: made.id, view: OrderView.BASIC })).order).toEqual(order);
    }
    expect(lab.shelf.stockOf(id)).toBe(93);
  });
});
