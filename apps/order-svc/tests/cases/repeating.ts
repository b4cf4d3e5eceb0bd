import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { type Order, OrderState } from "@skyport/proto";
import { failureOf, reasonOf } from "../support/failure.ts";
import { settled } from "../support/lab.ts";
import { orderIn } from "../support/order-server.ts";
import type { System } from "../support/system.ts";

/** request_id. */
export function repeating(system: () => System): void {
  const create = async (productId: string, quantity: number, requestId: string): Promise<Order> =>
    orderIn(await system().order.orders.createOrder({ order: { lineItems: [{ productId, quantity }] }, requestId }));

  const update = async (id: string, productId: string, quantity: number, requestId: string): Promise<Order> =>
    orderIn(
      await system().order.orders.updateOrder({ order: { id, lineItems: [{ productId, quantity }] }, requestId }),
    );

  const countOf = async (productId: string): Promise<number> =>
    (await system().order.orders.listOrders({ filter: { productId } })).orders.length;

  describe("a request that is repeated", () => {
    test("gets the first answer, and orders once", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 5 }), randomUUID()];
      const first = await create(id, 2, requestId);
      expect(await create(id, 2, requestId)).toEqual(first);
      expect(await create(id, 2, requestId.toUpperCase())).toEqual(first);
      expect(await product.stockOf(id)).toBe(3);
      expect(await countOf(id)).toBe(1);
    });

    test("gets the first answer whatever became of the order and the product", async () => {
      const { product, order } = system();
      const [id, requestId] = [await product.add({ inStock: 5 }), randomUUID()];
      const first = await create(id, 5, requestId);
      await update(first.id, id, 1, "");
      expect(await create(id, 5, requestId)).toEqual(first);
      await order.orders.cancelOrder({ id: first.id });
      expect(await create(id, 5, requestId)).toEqual(first);
      await order.orders.deleteOrder({ id: first.id });
      await product.products.deleteProduct({ id });
      expect(await create(id, 5, requestId)).toEqual(first);
      expect(first.state).toBe(OrderState.CONFIRMED);
    });

    test("with other content is refused, and changes nothing", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 5 }), randomUUID()];
      await create(id, 2, requestId);
      const failure = await failureOf(create(id, 3, requestId));
      expect(failure).toMatchObject({
        code: Code.InvalidArgument,
        reason: "REQUEST_ID_REUSED",
        fields: ["request_id"],
      });
      expect(await product.stockOf(id)).toBe(3);
    });

    test("is a new attempt after a definite failure", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 1 }), randomUUID()];
      expect(await reasonOf(create(id, 2, requestId))).toBe("OUT_OF_STOCK");
      await product.inventory.adjustStock({ productId: id, delta: 1 });
      const made = await create(id, 2, requestId);
      expect(await create(id, 2, requestId)).toEqual(made);
      expect(await product.stockOf(id)).toBe(0);
    });

    test("joins the first while that runs, and gets its answer", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 5 }), randomUUID()];
      const answers = await Promise.all(Array.from({ length: 12 }, () => create(id, 2, requestId)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await product.stockOf(id)).toBe(3);
      expect(await countOf(id)).toBe(1);
    });

    test("orders once, however the attempts cross", async () => {
      const { product } = system();
      const id = await product.add({ inStock: 1_000 });
      for (let round = 1; round <= 12; round++) {
        const requestId = randomUUID();
        const answers = await Promise.all(Array.from({ length: 6 }, () => create(id, 1, requestId)));
        expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
        expect(await product.stockOf(id)).toBe(1_000 - round);
      }
    });

    test("with other content while the first runs is refused", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 50 }), randomUUID()];
      const calls = [1, 2, 3, 4].map((quantity) =>
        create(id, quantity, requestId).then(
          ({ id: made }) => made,
          (error: unknown) => reasonOf(Promise.reject(error)),
        ),
      );
      const outcomes = await Promise.all(calls);
      expect(outcomes.filter((outcome) => outcome === "REQUEST_ID_REUSED")).toHaveLength(3);
      expect(await countOf(id)).toBe(1);
    });
  });

  describe("a change that is repeated", () => {
    test("gets the first answer, and changes once", async () => {
      const { product, order } = system();
      const [id, requestId] = [await product.add({ inStock: 9 }), randomUUID()];
      const made = await create(id, 1, "");
      const changed = await update(made.id, id, 2, requestId);
      const later = await update(made.id, id, 3, "");
      expect(await update(made.id, id, 2, requestId)).toEqual(changed);
      expect((await order.orders.getOrder({ id: made.id, view: 1 })).order).toEqual(later);
      await order.orders.deleteOrder({ id: made.id });
      expect(await update(made.id, id, 2, requestId)).toEqual(changed);
      await settled(order);
      expect(await product.stockOf(id)).toBe(9);
    });

    test("joins the first while that runs, and gets its answer", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 9 }), randomUUID()];
      const made = await create(id, 1, "");
      const answers = await Promise.all(Array.from({ length: 8 }, () => update(made.id, id, 4, requestId)));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      const { reservation } = await product.inventory.getReservation({ reservationId: made.id });
      expect(reservation).toMatchObject({ generation: 2, items: [{ quantity: 4 }] });
    });

    test("with other content is refused", async () => {
      const { product } = system();
      const [id, requestId] = [await product.add({ inStock: 9 }), randomUUID()];
      const made = await create(id, 1, "");
      await update(made.id, id, 2, requestId);
      expect(await reasonOf(update(made.id, id, 3, requestId))).toBe("REQUEST_ID_REUSED");
      expect(await product.stockOf(id)).toBe(7);
    });
  });

  test("one id stands for one request of each RPC", async () => {
    const { product } = system();
    const [id, requestId] = [await product.add({ inStock: 9 }), randomUUID()];
    const made = await create(id, 1, requestId);
    const changed = await update(made.id, id, 2, requestId);
    expect(await create(id, 1, requestId)).toEqual(made);
    expect(await update(made.id, id, 2, requestId)).toEqual(changed);
  });
}
