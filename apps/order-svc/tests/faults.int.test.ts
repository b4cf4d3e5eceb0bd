import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
import { eventually } from "@skyport/testing";
import { CACHES } from "./support/caches.ts";
import { failureOf, reasonOf } from "./support/failure.ts";
import { answerLost, hold, unreachable } from "./support/faults.ts";
import { type Lab, openLab, openWishes, ordered, pendingOrders, settled } from "./support/lab.ts";
import { type OrderServer, orderIn } from "./support/order-server.ts";

const [cache] = CACHES;

describe(`when the product service fails, with ${cache}`, () => {
  let lab: Lab;
  let server: OrderServer;

  beforeAll(async () => {
    lab = await openLab(cache ?? "the in-process cache");
    // However long it fails, every call reaches it.
    server = await lab.start({}, lab.stub.url, { breaker: { patienceMs: 60_000 } });
  });
  afterEach(async () => {
    lab.stub.heal();
    await settled(server);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(() => lab.close());

  const stored = async (id: string) => orderIn(await server.orders.getOrder({ id, view: OrderView.BASIC }));
  const change = (id: string, productId: string, quantity: number) =>
    server.orders.updateOrder({ order: { id, lineItems: [{ productId, quantity }] } }, { timeoutMs: 20_000 });

  describe("altogether,", () => {
    const fail = (): void => {
      lab.stub.onBatchGetProducts = unreachable;
      lab.stub.onSetReservation = unreachable;
    };

    test("orders are read without products, whose ids are told", async () => {
      const [a, b] = [lab.add(), lab.add()];
      const lineItems = [a, b].map((productId) => ({ productId, quantity: 1 }));
      const made = orderIn(await server.orders.createOrder({ order: { lineItems } }));
      fail();
      expect(await server.orders.getOrder({ id: made.id })).toMatchObject({ order: made, unreachable: [a, b] });
      const request = { filter: { productId: a }, view: OrderView.FULL };
      expect(await server.orders.listOrders(request)).toMatchObject({ orders: [made], unreachable: [a, b] });
      expect(await server.orders.getOrder({ id: made.id, view: OrderView.BASIC })).toMatchObject({ unreachable: [] });
      lab.stub.heal();
      const { order, unreachable: none } = await server.orders.getOrder({ id: made.id });
      expect(none).toEqual([]);
      expect(order?.lineItems.map((item) => item.product?.id)).toEqual([a, b]);
    });

    test("no order is made and none is changed", async () => {
      const id = lab.add();
      const made = await ordered(server, id, 1);
      fail();
      for (const call of [() => ordered(server, id, 2), () => change(made.id, id, 3)]) {
        const failure = await failureOf(call());
        expect(failure).toMatchObject({ code: Code.Unavailable, reason: "PRODUCT_SERVICE_UNAVAILABLE" });
        expect(failure.retryMs).toBeGreaterThan(0);
      }
      expect(await openWishes(server)).toEqual([]);
      expect(await stored(made.id)).toEqual(made);
      expect((await server.orders.listOrders({ filter: { productId: id } })).orders).toHaveLength(1);
      expect(lab.shelf.stockOf(id)).toBe(9);
    });

    test("orders are cancelled and deleted, and the stock is back when it can be", async () => {
      const id = lab.add(10);
      const [one, two] = [await ordered(server, id, 2), await ordered(server, id, 3)];
      fail();
      expect(orderIn(await server.orders.cancelOrder({ id: one.id })).state).toBe(OrderState.CANCELLED);
      await server.orders.deleteOrder({ id: two.id });
      expect((await stored(one.id)).state).toBe(OrderState.CANCELLED);
      expect(await reasonOf(stored(two.id))).toBe("ORDER_NOT_FOUND");
      const open = await openWishes(server);
      expect(open.map(({ orderId, generation, items }) => ({ orderId, generation, items }))).toEqual([
        { orderId: one.id, generation: 2, items: [] },
        { orderId: two.id, generation: 2, items: [] },
      ]);
      expect(open.every(({ deadline }) => deadline === undefined)).toBe(true);
      expect(lab.shelf.stockOf(id)).toBe(5);
      await eventually(async () => (await openWishes(server)).every(({ attempts }) => attempts > 1));
      lab.stub.heal();
      await eventually(() => lab.shelf.stockOf(id) === 10, { withinMs: 15_000 });
    });

    test("a repeat still gets the first answer", async () => {
      const [id, requestId] = [lab.add(), randomUUID()];
      const made = await ordered(server, id, 1, requestId);
      fail();
      lab.stub.forget();
      expect(await ordered(server, id, 1, requestId)).toEqual(made);
      const held = hold();
      lab.stub.onBatchGetProducts = held.before;
      expect(await ordered(server, id, 1, requestId)).toEqual(made);
      expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("REQUEST_ID_REUSED");
      // Nothing hangs, because nothing is asked.
      expect([held.waiting, lab.stub.calls.batchGetProducts]).toEqual([0, 0]);
      held.release();
    });

    test("a repeat joins the order in flight while nobody else is answered", async () => {
      const [id, requestId] = [lab.add(), randomUUID()];
      const [reserving, reading] = [hold(), hold()];
      lab.stub.onSetReservation = reserving.before;
      const first = ordered(server, id, 1, requestId);
      await eventually(() => reserving.waiting === 1);
      lab.stub.onBatchGetProducts = reading.before;
      const repeats = [ordered(server, id, 1, requestId), ordered(server, id, 1, requestId)];
      expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("REQUEST_ID_REUSED");
      lab.stub.onSetReservation = (work) => work();
      reserving.release();
      const made = await first;
      expect(await Promise.all(repeats)).toEqual([made, made]);
      expect(reading.waiting).toBe(0);
      reading.release();
    });
  });

  describe("as it is asked to reserve,", () => {
    test("the order is confirmed later, and a repeat gets it", async () => {
      const [id, requestId] = [lab.add(10), randomUUID()];
      lab.stub.onSetReservation = unreachable;
      const failure = await failureOf(ordered(server, id, 2, requestId));
      expect(failure).toMatchObject({ code: Code.Unavailable, reason: "PRODUCT_SERVICE_UNAVAILABLE" });
      const [wish] = await openWishes(server);
      expect(wish).toMatchObject({ generation: 1, items: [{ productId: id, quantity: 2 }] });
      expect(wish?.deadline?.seconds).toBeGreaterThanOrEqual(wish?.createTime?.seconds ?? 0n);
      expect(await stored(wish?.orderId ?? "")).toMatchObject({ state: OrderState.PENDING });
      lab.stub.heal();
      const made = await ordered(server, id, 2, requestId);
      expect(made).toMatchObject({ id: wish?.orderId, state: OrderState.CONFIRMED });
      expect(await stored(made.id)).toEqual(made);
      expect(lab.shelf.stockOf(id)).toBe(8);
    });

    test("and its answer is lost, the order is confirmed later, and reserved once", async () => {
      const [id, requestId] = [lab.add(10), randomUUID()];
      lab.stub.onSetReservation = answerLost;
      expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
      expect(lab.shelf.stockOf(id)).toBe(8);
      lab.stub.heal();
      const made = await ordered(server, id, 2, requestId);
      expect(made.state).toBe(OrderState.CONFIRMED);
      expect(lab.shelf.stockOf(id)).toBe(8);
      expect(lab.shelf.held(made.id)).toMatchObject({ generation: 1, items: [{ productId: id, quantity: 2 }] });
    });

    test("and it is OUT_OF_STOCK when it is asked again, no order is left, and a repeat is a new attempt", async () => {
      const [id, requestId] = [lab.add(10), randomUUID()];
      lab.stub.onSetReservation = unreachable;
      expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
      lab.shelf.put(id, { title: "A ship", inStock: 1, price: { currencyCode: "EUR", units: 1n } });
      lab.stub.heal();
      await settled(server);
      expect((await server.orders.listOrders({ filter: { productId: id } })).orders).toEqual([]);
      expect((await failureOf(ordered(server, id, 2, requestId))).preconditions).toEqual([
        { type: "OUT_OF_STOCK", subject: `products/${id}`, description: "2 wanted, 1 left" },
      ]);
    });

    test.each(["cancelled", "deleted"] as const)(
      "and its order is %s meanwhile, the creator hears of it",
      async (how) => {
        const id = lab.add(10);
        const held = hold();
        lab.stub.onSetReservation = held.before;
        const outcome = failureOf(ordered(server, id, 2));
        await eventually(() => held.waiting > 0);
        const { orders } = await server.orders.listOrders({ filter: { productId: id, state: OrderState.PENDING } });
        const orderId = orders[0]?.id ?? "";
        lab.stub.heal();
        if (how === "cancelled") await server.orders.cancelOrder({ id: orderId });
        else await server.orders.deleteOrder({ id: orderId });
        await settled(server);
        expect(lab.shelf.held(orderId)).toMatchObject({ generation: 2, items: [] });
        held.release();
        expect((await outcome).reason).toBe(how === "cancelled" ? "ORDER_CANCELLED" : "ORDER_NOT_FOUND");
        expect(lab.shelf.stockOf(id)).toBe(10);
      },
    );

    test("and its order is cancelled after it was reserved, the stock is back", async () => {
      const id = lab.add(10);
      const held = hold();
      lab.stub.onSetReservation = held.after;
      const outcome = failureOf(ordered(server, id, 2));
      await eventually(() => lab.shelf.stockOf(id) === 8);
      const { orders } = await server.orders.listOrders({ filter: { productId: id } });
      lab.stub.heal();
      expect(orderIn(await server.orders.cancelOrder({ id: orders[0]?.id ?? "" })).state).toBe(OrderState.CANCELLED);
      held.release();
      expect((await outcome).reason).toBe("ORDER_CANCELLED");
      await settled(server);
      expect(lab.shelf.stockOf(id)).toBe(10);
    });

    test.each(["RATE_LIMITED", "CONTENTION", "DATABASE_UNAVAILABLE", "INTERNAL"] as const)(
      "with %s of its own, that is its being unavailable",
      async (reason) => {
        const { DomainError } = await import("@skyport/errors");
        const id = lab.add(10);
        lab.stub.onSetReservation = () => {
          throw new DomainError(reason, "its own business");
        };
        const failure = await failureOf(ordered(server, id, 1));
        expect(failure).toMatchObject({
          reason: "PRODUCT_SERVICE_UNAVAILABLE",
          message: "the product service cannot be reached",
        });
        lab.stub.heal();
        await settled(server);
        expect(lab.shelf.stockOf(id)).toBe(9);
      },
    );
  });

  describe("as it is asked to change a reservation,", () => {
    test("the change is made later", async () => {
      const id = lab.add(10);
      const made = await ordered(server, id, 1);
      lab.stub.onSetReservation = answerLost;
      expect(await reasonOf(change(made.id, id, 4))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
      expect(await stored(made.id)).toEqual(made);
      lab.stub.heal();
      await settled(server);
      expect((await stored(made.id)).lineItems).toMatchObject([{ quantity: 4 }]);
      expect(lab.shelf.stockOf(id)).toBe(6);
    });

    test("the order may be cancelled, which takes the change's place", async () => {
      const id = lab.add(10);
      const made = await ordered(server, id, 1);
      const held = hold();
      lab.stub.onSetReservation = held.after;
      const outcome = failureOf(change(made.id, id, 4));
      await eventually(() => lab.shelf.stockOf(id) === 6);
      lab.stub.heal();
      expect(orderIn(await server.orders.cancelOrder({ id: made.id })).lineItems).toMatchObject([{ quantity: 1 }]);
      held.release();
      expect((await outcome).reason).toBe("ORDER_CANCELLED");
      await settled(server);
      expect(lab.shelf.stockOf(id)).toBe(10);
    });

    test("a change of a cancelled order is ORDER_CANCELLED, although its stock is not back yet", async () => {
      const id = lab.add(10);
      const made = await ordered(server, id, 1);
      lab.stub.onSetReservation = unreachable;
      await server.orders.cancelOrder({ id: made.id });
      expect(await reasonOf(change(made.id, id, 2))).toBe("ORDER_CANCELLED");
      expect(lab.shelf.stockOf(id)).toBe(9);
      lab.stub.heal();
      await server.orders.deleteOrder({ id: made.id });
      await settled(server);
      expect(lab.shelf.held(made.id)).toMatchObject({ generation: 3, items: [] });
      expect(lab.shelf.stockOf(id)).toBe(10);
    });
  });

  test("for longer than an order is tried, it is given up: nobody gets it, nothing is held", async () => {
    await using own = new AsyncDisposableStack();
    const { stub, shelf, add, start, close } = await openLab("the in-process cache");
    own.defer(close);
    // Time enough for the repeat to find the order that is being tried.
    const impatient = await start({ createDeadlineMs: 3_000, overdueMs: 300 });
    const [id, requestId] = [add(10), randomUUID()];
    const held = hold();
    own.defer(held.release);
    stub.onSetReservation = held.before;
    const creator = ordered(impatient, id, 2, requestId);
    await eventually(() => held.waiting > 0);
    const joiner = ordered(impatient, id, 2, requestId);
    const outcomes = Promise.all([failureOf(creator), failureOf(joiner)]);
    const [wish] = await openWishes(impatient);
    const orderId = wish?.orderId ?? "";
    const isGivenUp = async () => (await openWishes(impatient, orderId)).some(({ generation }) => generation === 2);
    await eventually(isGivenUp);
    expect(await reasonOf(impatient.orders.getOrder({ id: orderId }))).toBe("ORDER_NOT_FOUND");
    held.release();
    for (const failure of await outcomes) {
      expect(failure).toMatchObject({ code: Code.Unavailable, reason: "PRODUCT_SERVICE_UNAVAILABLE" });
      expect(failure.retryMs).toBeGreaterThan(0);
    }
    await settled(impatient);
    // The delayed first attempt has arrived by now, and has found that a later wish was decided.
    expect(stub.asked).toContain(`${orderId} 1`);
    expect(shelf.held(orderId)).toMatchObject({ generation: 2, items: [] });
    expect(shelf.stockOf(id)).toBe(10);
    // What was given up was not kept: a repeat is a new attempt.
    expect((await ordered(impatient, id, 2, requestId)).id).not.toBe(orderId);
  });
});
