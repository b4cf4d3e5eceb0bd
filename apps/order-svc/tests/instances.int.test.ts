import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderState, OrderView } from "@skyport/proto";
import { createLink, createWiretap, eventually, inTime, type Link, redisAvailable } from "@skyport/testing";
import { reasonOf } from "./support/failure.ts";
import { hold, unreachable } from "./support/faults.ts";
import { type Lab, openLab, ordered, pendingOrders, settled, untilCached } from "./support/lab.ts";
import { type OrderServer, QUICK_TIMES, startOrderServer } from "./support/order-server.ts";
import { type ProductStub, startProductStub } from "./support/product-stub.ts";
import { nameOf } from "./support/statement-names.ts";

/** As the time between polls: an instance that recovers nothing. */
const NEVER_MS = Number.POSITIVE_INFINITY;

/** After so long another takes over what an instance is still at. */
const OVERDUE_MS = 300;

const suite = (await redisAvailable("any")) ? describe : describe.skip;

suite("two instances that share a database and Redis", () => {
  let lab: Lab;
  /** Each instance asks a stub of its own; both stubs have one shelf. */
  let otherStub: ProductStub;
  let [one, two]: readonly OrderServer[] = [];

  const both = (): readonly [OrderServer, OrderServer] => {
    if (one === undefined || two === undefined) throw new Error("not started");
    return [one, two];
  };

  beforeAll(async () => {
    lab = await openLab("Redis");
    otherStub = await startProductStub(lab.shelf);
    // A lease that no loaded machine outlasts: what is claimed twice within it is claimed wrongly.
    const leaseMs = 30_000;
    [one, two] = [await lab.start({ leaseMs }), await lab.start({ leaseMs }, otherStub.url)];
  });
  afterEach(async () => {
    for (const stub of [lab.stub, otherStub]) {
      stub.heal();
      stub.forget();
    }
    await settled(both()[0]);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(async () => {
    await lab.close();
    await otherStub.close();
  });

  test("a repeat joins the first attempt at the other instance, and gets its answer", async () => {
    const [a] = both();
    await using tap = await createWiretap(lab.places.databaseUrl);
    const places = { ...lab.places, databaseUrl: tap.url, databaseDirectUrl: lab.places.databaseUrl };
    await using b = await startOrderServer(
      { ...places, productServiceUrl: otherStub.url },
      { ...QUICK_TIMES, pollMs: NEVER_MS },
    );
    const [id, requestId] = [lab.add(10), randomUUID()];
    const held = hold();
    lab.stub.onSetReservation = held.before;
    const first = ordered(a, id, 2, requestId);
    await eventually(() => held.waiting === 1);
    const repeats = [ordered(b, id, 2, requestId), ordered(b, id, 2, requestId), ordered(a, id, 2, requestId)];
    // Whoever has found it in flight asks again and again how it stands.
    const asked = () => tap.executions.filter(({ text }) => nameOf(text) === "find intention");
    await eventually(() => asked().length > 4);
    expect(otherStub.calls).toEqual({ batchGetProducts: 0, setReservation: 0 });
    held.release();
    const made = await first;
    expect(await Promise.all(repeats)).toEqual([made, made, made]);
    expect(lab.shelf.stockOf(id)).toBe(8);
    expect(await ordered(b, id, 2, requestId)).toEqual(made);
  });

  test("the first answer comes from either, whatever became of the order meanwhile", async () => {
    const [, b] = both();
    const [id, requestId] = [lab.add(10), randomUUID()];
    await using third = await startProductStub(lab.shelf);
    const a = await lab.start({ pollMs: NEVER_MS, overdueMs: OVERDUE_MS }, third.url);
    const held = hold();
    third.onSetReservation = held.after;
    const first = ordered(a, id, 2, requestId);
    await eventually(() => lab.shelf.stockOf(id) === 8);
    // Another's recovery confirms it; then it is cancelled, before the first attempt hears of its own success.
    await settled(b);
    const { orders } = await b.orders.listOrders({ filter: { productId: id } });
    await b.orders.cancelOrder({ id: orders[0]?.id ?? "" });
    const repeat = await ordered(b, id, 2, requestId);
    held.release();
    expect(await first).toEqual(repeat);
    expect(repeat).toMatchObject({ id: orders[0]?.id, state: OrderState.CONFIRMED });
    await settled(b);
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("a write at one is read at the other at once", async () => {
    const [a, b] = both();
    const id = lab.add(100);
    const made = await ordered(a, id, 1);
    await untilCached(lab.database, b, made.id);
    for (let quantity = 2; quantity < 8; quantity++) {
      const [writer, reader] = quantity % 2 === 0 ? [b, a] : [a, b];
      const { order } = await writer.orders.updateOrder({
        order: { id: made.id, lineItems: [{ productId: id, quantity }] },
      });
      expect((await reader.orders.getOrder({ id: made.id, view: OrderView.BASIC })).order).toEqual(order);
    }
    await a.orders.deleteOrder({ id: made.id });
    expect(await reasonOf(b.orders.getOrder({ id: made.id }))).toBe("ORDER_NOT_FOUND");
  });

  test("share what has to be recovered, and nobody does it twice", async () => {
    const [a] = both();
    for (const stub of [lab.stub, otherStub]) stub.onSetReservation = unreachable;
    const ids = Array.from({ length: 40 }, () => lab.add(10));
    await Promise.all(
      ids.map(async (id) => expect(await reasonOf(ordered(a, id))).toBe("PRODUCT_SERVICE_UNAVAILABLE")),
    );
    const held = hold();
    for (const stub of [lab.stub, otherStub]) {
      stub.onSetReservation = held.before;
      stub.forget();
    }
    // Neither goes on before both have taken a share.
    await eventually(() => lab.stub.calls.setReservation > 0 && otherStub.calls.setReservation > 0, {
      withinMs: 15_000,
    });
    held.release();
    await settled(a);
    expect(ids.map((id) => lab.shelf.stockOf(id))).toEqual(ids.map(() => 9));
    const asked = [...lab.stub.asked, ...otherStub.asked];
    expect(asked).toHaveLength(40);
    expect(new Set(asked).size).toBe(40);
    for (const id of ids) {
      const { orders } = await a.orders.listOrders({ filter: { productId: id } });
      expect(orders.map(({ state }) => state)).toEqual([OrderState.CONFIRMED]);
    }
  });

  test("one takes over what the other leaves when it ends", async () => {
    const [, b] = both();
    const id = lab.add(10);
    const held = hold();
    const stub = await startProductStub(lab.shelf);
    const ending = await lab.start({ pollMs: NEVER_MS, overdueMs: OVERDUE_MS }, stub.url);
    stub.onSetReservation = held.before;
    const outcome = reasonOf(ordered(ending, id, 2));
    await eventually(() => held.waiting > 0);
    await settled(b);
    const { orders } = await b.orders.listOrders({ filter: { productId: id } });
    expect(orders.map(({ state }) => state)).toEqual([OrderState.CONFIRMED]);
    await stub.close();
    held.release();
    // Its own call has failed with the stub, but the order stands: whoever asks with a request id would get it.
    expect(await outcome).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    expect(lab.shelf.stockOf(id)).toBe(8);
  });
});

describe("over a bad link to the product service", () => {
  let lab: Lab;
  let link: Link;
  let server: OrderServer;

  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    link = await createLink({ port: lab.stub.port });
    server = await lab.start({}, link.through(lab.stub.url));
  });
  afterEach(async () => {
    link.restore();
    lab.stub.heal();
    await settled(server);
    expect(await pendingOrders(lab.database)).toBe(0);
  });
  afterAll(async () => {
    await lab.close();
    await link.close();
  });

  test("an answer that is lost with its connection costs nothing but time", async () => {
    const [id, requestId] = [lab.add(10), randomUUID()];
    lab.stub.onSetReservation = (work) => {
      work();
      link.drop();
    };
    expect(await reasonOf(ordered(server, id, 2, requestId))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    lab.stub.heal();
    const made = await ordered(server, id, 2, requestId);
    expect(made.state).toBe(OrderState.CONFIRMED);
    expect(lab.shelf.stockOf(id)).toBe(8);
  });

  test("every answer comes within the caller's time, when nothing gets through", async () => {
    const id = lab.add(10);
    const made = await ordered(server, id, 1);
    link.blackhole();
    const timeoutMs = 2_000;
    const [full, list, creation, cancelled] = await Promise.all([
      server.orders.getOrder({ id: made.id }, inTime(timeoutMs)),
      server.orders.listOrders({ view: OrderView.FULL, filter: { productId: id } }, inTime(timeoutMs)),
      reasonOf(ordered(server, id, 1, "", timeoutMs)),
      server.orders.cancelOrder({ id: made.id }, inTime(timeoutMs)),
    ]);
    expect(full.unreachable).toEqual([id]);
    expect(list.unreachable).toEqual([id]);
    expect(creation).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    expect(cancelled.order?.state).toBe(OrderState.CANCELLED);
    link.restore();
    await settled(server);
    expect(lab.shelf.stockOf(id)).toBe(10);
  });

  test("an answer that comes after the order was given up changes nothing", async () => {
    await using own = new AsyncDisposableStack();
    const { stub, shelf, database, add, start, close } = await openLab("the in-process cache");
    own.defer(close);
    const bad = own.use(await createLink({ port: stub.port }));
    const impatient = await start({ createDeadlineMs: 700 }, bad.through(stub.url));
    const id = add(10);
    await ordered(impatient, id, 1);
    stub.onSetReservation = (work) => {
      bad.blackhole("down");
      work();
    };
    expect(await reasonOf(ordered(impatient, id, 2, "", 2_000))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    await eventually(async () => (await pendingOrders(database)) === 0, { withinMs: 15_000 });
    stub.heal();
    bad.restore();
    await settled(impatient);
    expect(shelf.stockOf(id)).toBe(9);
    expect((await impatient.orders.listOrders({ filter: { productId: id } })).orders).toHaveLength(1);
  });

  test("a link that is refused fails fast, and heals by itself", async () => {
    const id = lab.add(10);
    link.cut();
    expect(await reasonOf(ordered(server, id, 1))).toBe("PRODUCT_SERVICE_UNAVAILABLE");
    link.restore();
    await eventually(async () => (await ordered(server, id, 1)).state === OrderState.CONFIRMED);
  });
});
