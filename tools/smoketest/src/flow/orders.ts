import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import {
  OrderState,
  OrderView,
  PreconditionFailureSchema,
  ReservationOutcome,
  ResourceInfoSchema,
} from "@skyport/proto";
import { eventually } from "../check/eventually.ts";
import { equal, holds, includes, present } from "../check/expect.ts";
import { detailOf, refused } from "../check/expect-error.ts";
import { createOrder, createProduct, type Flow, stockOf } from "./flow.ts";

/** An order's life: stock follows each change of it. */
export async function orders(flow: Flow): Promise<void> {
  const { report, clients, tag } = flow;
  const { inventory, orders: service, products } = clients;
  const [a, b] = [`order-${tag}-a`, `order-${tag}-b`];

  const order = await report.step("CreateOrder takes products' own prices, and adds them up exactly", async () => {
    const price = { currencyCode: "USD", units: 0n, nanos: 100_000_001 };
    await createProduct(flow, { id: a, title: "A", inStock: 10, price });
    await createProduct(flow, { id: b, title: "B", inStock: 10, price });
    const created = await createOrder(flow, { productId: a, quantity: 3 }, { productId: b, quantity: 7 });
    includes("order", created, { total: { currencyCode: "USD", units: 1n, nanos: 10 } });
    equal("stock of A", await stockOf(flow, a), 7);
    equal("stock of B", await stockOf(flow, b), 3);
    return created;
  });
  const { id } = order;
  await report.step("GetReservation shows what the order holds", async () => {
    const items = [
      { productId: a, quantity: 3 },
      { productId: b, quantity: 7 },
    ];
    const { reservation } = await inventory.getReservation({ reservationId: id });
    includes("reservation", reservation, { id, generation: 1, outcome: ReservationOutcome.ACCEPTED, items });
    const repeated = await inventory.setReservation({ reservationId: id, generation: 1, items });
    includes("SetReservation, repeated", repeated.reservation, { id, generation: 1, items });
    equal("stock of A", await stockOf(flow, a), 7);
  });
  const changed = await report.step("UpdateOrder replaces the line items, and stock follows", async () => {
    const lineItems = [{ productId: a, quantity: 5 }];
    const updateMask = { paths: ["line_items"] };
    const request = { order: { id, etag: order.etag, lineItems }, updateMask, requestId: randomUUID() };
    const response = await service.updateOrder(request);
    includes("order", response.order, { id, state: OrderState.CONFIRMED, lineItems });
    equal("the repeat's answer", await service.updateOrder(request), response);
    equal("stock of A", await stockOf(flow, a), 5);
    equal("stock of B", await stockOf(flow, b), 10);
    return present("order", response.order);
  });
  await report.step("UpdateOrder refuses a stale etag", async () => {
    holds("order.etag", changed.etag, `another than ${order.etag}`, changed.etag !== order.etag);
    const stale = { id, etag: order.etag, lineItems: [{ productId: b, quantity: 1 }] };
    await refused(Code.Aborted, "ETAG_MISMATCH", service.updateOrder({ order: stale }));
  });
  await report.step("UpdateOrder that asks for too much leaves the order as it was", async () => {
    const call = service.updateOrder({ order: { id, lineItems: [{ productId: b, quantity: 11 }] } });
    await refused(Code.FailedPrecondition, "OUT_OF_STOCK", call);
    const { order: now } = await service.getOrder({ id, view: OrderView.BASIC });
    includes("order", now, { state: OrderState.CONFIRMED, lineItems: [{ productId: a, quantity: 5 }] });
    equal("stock of A", await stockOf(flow, a), 5);
  });
  await report.step(
    "CreateOrder that asks for too much is refused whole, with each product that is short",
    async () => {
      const lineItems = [
        { productId: a, quantity: 6 },
        { productId: b, quantity: 1 },
      ];
      const call = service.createOrder({ order: { lineItems } });
      const error = await refused(Code.FailedPrecondition, "OUT_OF_STOCK", call);
      const violations = [{ type: "OUT_OF_STOCK", subject: `products/${a}` }];
      includes("PreconditionFailure", detailOf(error, PreconditionFailureSchema), { violations });
      equal("stock of B", await stockOf(flow, b), 10);
    },
  );
  await report.step("CreateOrder of a product that does not exist is NOT_FOUND", async () => {
    const lineItems = [{ productId: `${tag}-none`, quantity: 1 }];
    const error = await refused(Code.NotFound, "PRODUCT_NOT_FOUND", service.createOrder({ order: { lineItems } }));
    includes("ResourceInfo", detailOf(error, ResourceInfoSchema), { resourceName: `products/${tag}-none` });
  });
  await report.step("CancelOrder gives the stock back", async () => {
    await refused(Code.Aborted, "ETAG_MISMATCH", service.cancelOrder({ id, etag: order.etag }));
    const { order: cancelled } = await service.cancelOrder({ id });
    includes("order", cancelled, { id, state: OrderState.CANCELLED });
    await eventually(async () => equal("stock of A", await stockOf(flow, a), 10));
  });
  await report.step("CancelOrder again succeeds, UpdateOrder does not", async () => {
    const { order: again } = await service.cancelOrder({ id, etag: order.etag });
    includes("order", again, { id, state: OrderState.CANCELLED });
    const call = service.updateOrder({ order: { id, lineItems: [{ productId: a, quantity: 1 }] } });
    await refused(Code.FailedPrecondition, "ORDER_CANCELLED", call);
  });
  await report.step("DeleteOrder removes an order and gives its stock back", async () => {
    const another = await createOrder(flow, { productId: b, quantity: 4 });
    equal("stock of B", await stockOf(flow, b), 6);
    await service.deleteOrder({ id: another.id });
    await refused(Code.NotFound, "ORDER_NOT_FOUND", service.getOrder({ id: another.id }));
    await eventually(async () => equal("stock of B", await stockOf(flow, b), 10));
  });
  await report.step("GetOrder still tells what was ordered when the product is gone", async () => {
    const last = await createOrder(flow, { productId: b, quantity: 1 });
    await products.deleteProduct({ id: b });
    const response = await service.getOrder({ id: last.id });
    const lineItems = [{ productId: b, title: "B", product: undefined }];
    includes("response", response, { order: { lineItems }, unreachable: [] });
  });
}
