import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
import { eventually, redisAvailable } from "@skyport/testing";
import { failureOf, reasonOf } from "./support/failure.ts";
import { type Held, hold } from "./support/faults.ts";
import { type Lab, openLab, openWishes, ordered, pendingOrders, settled } from "./support/lab.ts";
import { query } from "./support/many-orders.ts";
import { type OrderProcess, startOrderProcess } from "./support/order-process.ts";
import type { OrderServer } from "./support/order-server.ts";
import { type ProductStub, startProductStub } from "./support/product-stub.ts";

const suite = (await redisAvailable("any")) ? describe : describe.skip;

/** Longer than any test: nothing times out while a process is stopped. */
const PATIENT_MS = 60_000;

suite("an instance that is stopped while it creates an order, and goes on", () => {
  let lab: Lab;
  /** The stopped instance asks this one; both stubs have one shelf. */
  let itsStub: ProductStub;
  let stopped: OrderProcess;
  let other: OrderServer;
  let held: Held;
  let id: string;

  beforeAll(async () => {
    lab = await openLab("Redis");
    itsStub = await startProductStub(lab.shelf);
    stopped = await startOrderProcess({ ...lab.places, productServiceUrl: itsStub.url });
    other = await lab.start({ leaseMs: 30_000 });
  });
  beforeEach(() => {
    held = hold();
    id = lab.add(10);
  });
  afterEach(async () => {
    itsStub.heal();
    await settled(other);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(async () => {
    await stopped.close();
    await lab.close();
    await itsStub.close();
  });

  /** Stops the instance in the middle of SetReservation; gives the creator's call and the order's id. */
  async function stopAsItReserves(requestId = "") {
    const creating = ordered(stopped, id, 2, requestId, PATIENT_MS);
    const call = Promise.allSettled([creating]).then(() => creating);
    call.catch(() => undefined);
    await eventually(() => held.waiting === 1);
    stopped.stop();
    const { orders } = await other.orders.listOrders({ filter: { productId: id } });
    return { call, orderId: orders[0]?.id ?? "" };
  }

  /** It goes on; what it sent before it was stopped has its effect now, and the answer comes. */
  function goOn(): void {
    itsStub.heal();
    held.release();
    stopped.resume();
  }

  const stateAt = async ({ orders }: OrderServer, orderId: string): Promise<OrderState | undefined> =>
    (await orders.getOrder({ id: orderId, view: OrderView.BASIC })).order?.state;

  test("after the order was given up: nobody gets it, and its late reservation holds nothing", async () => {
    itsStub.onSetReservation = held.before;
    const { call, orderId } = await stopAsItReserves();
    await query(lab.database, `UPDATE order_intentions SET deadline = now(), due_time = now() WHERE state = 'open'`);
    await eventually(() => lab.shelf.held(orderId).generation === 2, { withinMs: 20_000 });
    await settled(other);
    goOn();
    expect(await failureOf(call)).toMatchObject({ reason: "PRODUCT_SERVICE_UNAVAILABLE" });
    expect(itsStub.asked).toContain(`${orderId} 1`);
    for (const instance of [stopped, other]) expect(await reasonOf(stateAt(instance, orderId))).toBe("ORDER_NOT_FOUND");
    expect(lab.shelf.held(orderId)).toMatchObject({ generation: 2, items: [] });
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("after the order was given up, although it was reserved: the stock is back, and stays so", async () => {
    itsStub.onSetReservation = held.after;
    const { call, orderId } = await stopAsItReserves();
    expect(lab.shelf.stockOf(id)).toBe(8);
    await query(lab.database, `UPDATE order_intentions SET deadline = now(), due_time = now() WHERE state = 'open'`);
    await eventually(() => lab.shelf.stockOf(id) === 10, { withinMs: 20_000 });
    goOn();
    expect(await failureOf(call)).toMatchObject({ reason: "PRODUCT_SERVICE_UNAVAILABLE" });
    expect(await reasonOf(stateAt(other, orderId))).toBe("ORDER_NOT_FOUND");
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("after another has confirmed it, and it was cancelled: it does not say that it is confirmed", async () => {
    itsStub.onSetReservation = held.after;
    const { call, orderId } = await stopAsItReserves();
    // Taken over when it is overdue.
    await settled(other);
    expect(await stateAt(other, orderId)).toBe(OrderState.CONFIRMED);
    await other.orders.cancelOrder({ id: orderId });
    await settled(other);
    expect(lab.shelf.stockOf(id)).toBe(10);
    goOn();
    expect(await reasonOf(call)).toBe("ORDER_CANCELLED");
    for (const instance of [stopped, other]) expect(await stateAt(instance, orderId)).toBe(OrderState.CANCELLED);
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("after another has confirmed it: both give the same answer, and it was reserved once", async () => {
    const requestId = randomUUID();
    itsStub.onSetReservation = held.before;
    const { call, orderId } = await stopAsItReserves(requestId);
    const repeat = await ordered(other, id, 2, requestId);
    expect(repeat).toMatchObject({ id: orderId, state: OrderState.CONFIRMED });
    goOn();
    expect(await call).toEqual(repeat);
    expect(lab.shelf.stockOf(id)).toBe(8);
    expect(await openWishes(other, orderId)).toEqual([]);
  });
});
