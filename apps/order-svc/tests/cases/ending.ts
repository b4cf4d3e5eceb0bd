import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { type Order, OrderState, OrderView } from "@skyport/proto";
import { failureOf, reasonOf } from "../support/failure.ts";
import { settled } from "../support/lab.ts";
import { orderIn } from "../support/order-server.ts";
import type { System } from "../support/system.ts";

const NOBODY = "01890000-0000-7000-8000-000000000000";

/** CancelOrder and DeleteOrder. Stock that is not back when they answer is given back by the recovery. */
export function ending(system: () => System): void {
  const ordered = async (productId: string, quantity = 1): Promise<Order> =>
    orderIn(await system().order.orders.createOrder({ order: { lineItems: [{ productId, quantity }] } }));

  const stored = async (id: string): Promise<Order> =>
    orderIn(await system().order.orders.getOrder({ id, view: OrderView.BASIC }));

  describe("an order that is cancelled", () => {
    test("has given its stock back, and stays readable", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id, 3);
      const cancelled = orderIn(await order.orders.cancelOrder({ id: made.id, etag: made.etag }));
      expect(cancelled).toMatchObject({ state: OrderState.CANCELLED, lineItems: made.lineItems, total: made.total });
      expect(cancelled.etag).not.toBe(made.etag);
      expect(await stored(made.id)).toEqual(cancelled);
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
      const { reservation } = await product.inventory.getReservation({ reservationId: made.id });
      expect(reservation).toMatchObject({ generation: 2, items: [] });
    });

    test("may be cancelled again, whatever the etag, and nothing changes", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id);
      const cancelled = orderIn(await order.orders.cancelOrder({ id: made.id }));
      for (const etag of ["", made.etag, cancelled.etag, "nonsense"]) {
        expect(orderIn(await order.orders.cancelOrder({ id: made.id, etag }))).toEqual(cancelled);
      }
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
    });

    test("is cancelled once by many", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id, 5);
      const answers = await Promise.all(Array.from({ length: 8 }, () => order.orders.cancelOrder({ id: made.id })));
      expect(new Set(answers.map((answer) => orderIn(answer).etag)).size).toBe(1);
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
    });

    test("is cancelled in capital letters too, and no read goes past it", async () => {
      const { product, order } = system();
      const made = await ordered(await product.add());
      expect(await stored(made.id)).toEqual(made);
      await order.orders.cancelOrder({ id: made.id.toUpperCase() });
      expect((await stored(made.id)).state).toBe(OrderState.CANCELLED);
    });

    test("is not, when the etag is another's", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id);
      const failure = await failureOf(order.orders.cancelOrder({ id: made.id, etag: "other" }));
      expect(failure).toMatchObject({ code: Code.Aborted, reason: "ETAG_MISMATCH" });
      expect(await stored(made.id)).toEqual(made);
      expect(await product.stockOf(id)).toBe(4);
    });

    test("gives nothing to a product that was deleted and created again", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id, 3);
      await product.products.deleteProduct({ id });
      await product.products.createProduct({ product: { id, title: "Again", inStock: 1 } });
      await order.orders.cancelOrder({ id: made.id });
      await settled(order);
      expect(await product.stockOf(id)).toBe(1);
    });
  });

  describe("an order that is deleted", () => {
    test("is gone, and has given its stock back", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id, 3);
      await stored(made.id);
      await order.orders.deleteOrder({ id: made.id, etag: made.etag });
      expect(await reasonOf(order.orders.getOrder({ id: made.id }))).toBe("ORDER_NOT_FOUND");
      expect((await order.orders.listOrders({ filter: { productId: id } })).orders).toEqual([]);
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
    });

    test("is gone in capital letters too", async () => {
      const { product, order } = system();
      const made = await ordered(await product.add());
      await stored(made.id);
      await order.orders.deleteOrder({ id: made.id.toUpperCase() });
      expect(await reasonOf(order.orders.getOrder({ id: made.id }))).toBe("ORDER_NOT_FOUND");
    });

    test("may have been cancelled before", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered(id);
      await order.orders.cancelOrder({ id: made.id });
      await order.orders.deleteOrder({ id: made.id });
      expect(await reasonOf(order.orders.getOrder({ id: made.id }))).toBe("ORDER_NOT_FOUND");
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
    });

    test("is not, when the etag is another's", async () => {
      const { product, order } = system();
      const made = await ordered(await product.add());
      expect(await reasonOf(order.orders.deleteOrder({ id: made.id, etag: "other" }))).toBe("ETAG_MISMATCH");
      expect(await stored(made.id)).toEqual(made);
    });
  });

  test("an order that there is not can neither be cancelled nor deleted", async () => {
    const { orders } = system().order;
    for (const call of [orders.cancelOrder, orders.deleteOrder]) {
      expect(await failureOf(call({ id: NOBODY, etag: "any" }))).toMatchObject({
        code: Code.NotFound,
        reason: "ORDER_NOT_FOUND",
        resources: [`orders/${NOBODY}`],
      });
    }
  });
}
