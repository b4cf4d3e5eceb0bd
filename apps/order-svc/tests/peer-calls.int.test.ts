import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { OrderView } from "@skyport/proto";
import { eventually } from "@skyport/testing";
import { type Lab, openLab } from "./support/lab.ts";
import { type OrderServer, orderIn } from "./support/order-server.ts";

describe("how often the product service is asked", () => {
  let lab: Lab;
  let server: OrderServer;
  let ids: string[];

  const order = async (productIds: readonly string[]): Promise<string> => {
    const lineItems = productIds.map((productId) => ({ productId, quantity: 1 }));
    return orderIn(await server.orders.createOrder({ order: { lineItems } })).id;
  };

  beforeAll(async () => {
    lab = await openLab("the in-process cache");
    // Nobody asks for stock but the calls themselves, however slow they are.
    server = await lab.start({ pollMs: Number.POSITIVE_INFINITY });
    ids = Array.from({ length: 210 }, () => lab.add());
  });
  beforeEach(() => lab.stub.forget());
  afterAll(() => lab.close());

  test.each([1, 7, 100])("GetOrder: once for %p lines", async (lines) => {
    const id = await order(ids.slice(0, lines));
    lab.stub.forget();
    const { order: full } = await server.orders.getOrder({ id });
    expect(full?.lineItems.map((item) => item.product?.id)).toEqual(ids.slice(0, lines));
    expect(lab.stub.calls).toEqual({ batchGetProducts: 1, setReservation: 0 });
  });

  test("GetOrder: never in BASIC view, and never for an order that there is not", async () => {
    const id = await order(ids.slice(0, 3));
    lab.stub.forget();
    await server.orders.getOrder({ id, view: OrderView.BASIC });
    await server.orders.getOrder({ id: "01890000-0000-7000-8000-000000000000" }).catch(() => undefined);
    expect(lab.stub.calls.batchGetProducts).toBe(0);
  });

  test("ListOrders: once for each 100 distinct products, and never in BASIC view", async () => {
    const createTimeAfter = { seconds: BigInt(Math.floor(Date.now() / 1_000)), nanos: 0 };
    const made = [await order(ids.slice(0, 100)), await order(ids.slice(50, 150)), await order(ids.slice(140, 210))];
    lab.stub.forget();
    const filter = { createTimeAfter };
    const request = { filter, orderBy: "create_time", view: OrderView.FULL };
    const { orders } = await server.orders.listOrders(request);
    expect(orders.map(({ id }) => id).slice(-3)).toEqual(made);
    expect(orders.every((each) => each.lineItems.every((item) => item.product?.id === item.productId))).toBe(true);
    expect(lab.stub.calls.batchGetProducts).toBe(3);
    await server.orders.listOrders({ ...request, view: OrderView.BASIC });
    await server.orders.listOrders({ ...request, view: OrderView.UNSPECIFIED });
    await server.orders.listOrders({ ...request, filter: { productId: "nothing" } });
    expect(lab.stub.calls.batchGetProducts).toBe(3);
  });

  test("CreateOrder and UpdateOrder: once for the products and once for the stock", async () => {
    const id = await order(ids.slice(0, 100));
    expect(lab.stub.calls).toEqual({ batchGetProducts: 1, setReservation: 1 });
    await server.orders.updateOrder({ order: { id, lineItems: [{ productId: ids[0] ?? "", quantity: 2 }] } });
    expect(lab.stub.calls).toEqual({ batchGetProducts: 2, setReservation: 2 });
  });

  test("CancelOrder and DeleteOrder: once for the stock; a cancellation that changes nothing: never", async () => {
    const id = await order(ids.slice(0, 2));
    lab.stub.forget();
    // They do not wait for long: what they have asked may arrive after their answer.
    await server.orders.cancelOrder({ id });
    await eventually(() => lab.stub.calls.setReservation > 0);
    await server.orders.cancelOrder({ id });
    expect(lab.stub.calls).toEqual({ batchGetProducts: 0, setReservation: 1 });
    await server.orders.deleteOrder({ id });
    await eventually(() => lab.stub.calls.setReservation > 1);
    expect(lab.stub.calls.setReservation).toBe(2);
  });

  test("a call that is refused for its form never", async () => {
    const { orders } = server;
    await orders.createOrder({ order: {} }).catch(() => undefined);
    await orders.updateOrder({ order: { id: "x" } }).catch(() => undefined);
    await orders.listOrders({ view: OrderView.FULL, orderBy: "id" }).catch(() => undefined);
    expect(lab.stub.calls).toEqual({ batchGetProducts: 0, setReservation: 0 });
  });
});
