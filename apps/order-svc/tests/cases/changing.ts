import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { type Order, OrderState, OrderView } from "@skyport/proto";
import { inTime } from "@skyport/testing";
import { failureOf, reasonOf } from "../support/failure.ts";
import { settled } from "../support/lab.ts";
import { orderIn } from "../support/order-server.ts";
import { eur, freshId } from "../support/product-server.ts";
import type { System } from "../support/system.ts";

const NOBODY = "01890000-0000-7000-8000-000000000000";

type Lines = readonly (readonly [productId: string, quantity: number])[];

const lineItems = (lines: Lines) => lines.map(([productId, quantity]) => ({ productId, quantity }));

/** UpdateOrder. */
export function changing(system: () => System): void {
  const ordered = async (...lines: Lines): Promise<Order> =>
    orderIn(await system().order.orders.createOrder({ order: { lineItems: lineItems(lines) } }));

  const change = (id: string, lines: Lines, etag = "", paths?: string[]) =>
    system().order.orders.updateOrder(
      {
        order: { id, etag, lineItems: lineItems(lines) },
        ...(paths === undefined ? {} : { updateMask: { paths } }),
      },
      // Long enough for many that come one after the other.
      inTime(20_000),
    );

  const stored = async (id: string): Promise<Order> =>
    orderIn(await system().order.orders.getOrder({ id, view: OrderView.BASIC }));

  describe("an order that is changed", () => {
    test("has its new lines, and the stock has followed", async () => {
      const { product } = system();
      const [a, b, c] = [
        await product.add({ inStock: 10 }),
        await product.add({ inStock: 10 }),
        await product.add({ inStock: 10, price: eur(2, 500_000_000) }),
      ];
      const made = await ordered([a, 4], [b, 2]);
      const changed = orderIn(
        await change(made.id, [
          [c, 3],
          [a, 1],
        ]),
      );
      expect(changed).toMatchObject({
        id: made.id,
        state: OrderState.CONFIRMED,
        lineItems: [
          { productId: c, quantity: 3 },
          { productId: a, quantity: 1 },
        ],
        total: eur(17, 500_000_000),
        createTime: made.createTime,
      });
      expect(changed.etag).not.toBe(made.etag);
      expect(await stored(made.id)).toEqual(changed);
      expect(await Promise.all([a, b, c].map((id) => product.stockOf(id)))).toEqual([9, 10, 7]);
    });

    test("is listed by its new products and not by its old ones", async () => {
      const { product, order } = system();
      const [old, kept, fresh] = [await product.add(), await product.add(), await product.add()];
      const { id } = await ordered([old, 1], [kept, 1]);
      await change(id, [
        [kept, 1],
        [fresh, 1],
      ]);
      const counts = [old, kept, fresh].map(
        async (productId) => (await order.orders.listOrders({ filter: { productId } })).orders.length,
      );
      expect(await Promise.all(counts)).toEqual([0, 1, 1]);
    });

    test("may take the last of what it holds itself", async () => {
      const { product } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered([id, 5]);
      expect(await product.stockOf(id)).toBe(0);
      expect(orderIn(await change(made.id, [[id, 5]])).lineItems).toMatchObject([{ quantity: 5 }]);
      const failure = await failureOf(change(made.id, [[id, 6]]));
      expect(failure.preconditions.map(({ description }) => description)).toEqual(["1 wanted, 0 left"]);
    });

    test.each([[undefined], [["line_items"]], [["*"]], [[]]])("takes the mask %j", async (paths) => {
      const id = await system().product.add();
      const made = await ordered([id, 1]);
      expect(orderIn(await change(made.id, [[id, 2]], made.etag, paths)).lineItems).toMatchObject([{ quantity: 2 }]);
    });

    test("is changed in capital letters too, and no read goes past it", async () => {
      const id = await system().product.add();
      const made = await ordered([id, 1]);
      expect(await stored(made.id)).toEqual(made);
      const changed = orderIn(await change(made.id.toUpperCase(), [[id, 2]]));
      expect(changed.id).toBe(made.id);
      expect(await stored(made.id)).toEqual(changed);
    });
  });

  describe("a change that is refused leaves everything as it was:", () => {
    test("OUT_OF_STOCK, and the next change is heard again", async () => {
      const { product } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered([id, 2]);
      expect(await reasonOf(change(made.id, [[id, 6]]))).toBe("OUT_OF_STOCK");
      expect(await stored(made.id)).toEqual(made);
      expect(await product.stockOf(id)).toBe(3);
      const { reservation } = await product.inventory.getReservation({ reservationId: made.id });
      expect(reservation).toMatchObject({ generation: 2, items: [{ quantity: 2 }] });
      await change(made.id, [[id, 5]]);
      expect(await product.stockOf(id)).toBe(0);
    });

    test("PRODUCT_NOT_FOUND, although the order holds the last of another product", async () => {
      const { product } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered([id, 5]);
      const nothing = freshId();
      const failure = await failureOf(
        change(made.id, [
          [id, 5],
          [nothing, 1],
        ]),
      );
      expect(failure).toMatchObject({ reason: "PRODUCT_NOT_FOUND", resources: [`products/${nothing}`] });
    });

    test("a stale etag", async () => {
      const { product } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered([id, 1]);
      const second = orderIn(await change(made.id, [[id, 2]], made.etag));
      const failure = await failureOf(change(made.id, [[id, 3]], made.etag));
      expect(failure).toMatchObject({ code: Code.Aborted, reason: "ETAG_MISMATCH", retryMs: undefined });
      expect(await stored(made.id)).toEqual(second);
      expect(await product.stockOf(id)).toBe(3);
    });

    test("a cancelled order", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 5 });
      const made = await ordered([id, 1]);
      await order.orders.cancelOrder({ id: made.id });
      expect(await failureOf(change(made.id, [[id, 2]], made.etag))).toMatchObject({
        code: Code.FailedPrecondition,
        reason: "ORDER_CANCELLED",
      });
      await settled(order);
      expect(await product.stockOf(id)).toBe(5);
    });

    test("no such order", async () => {
      const failure = await failureOf(change(NOBODY, [[await system().product.add(), 1]]));
      expect(failure).toMatchObject({ reason: "ORDER_NOT_FOUND", resources: [`orders/${NOBODY}`] });
    });

    test("other currencies", async () => {
      const { product } = system();
      const [euro, dollar] = [await product.add(), await product.add({ price: { currencyCode: "USD", units: 1n } })];
      const made = await ordered([euro, 1]);
      const failure = await failureOf(
        change(made.id, [
          [euro, 1],
          [dollar, 1],
        ]),
      );
      expect(failure.fields).toEqual(["order.line_items[1].unit_price"]);
    });
  });

  test("concurrent changes come one after the other, and the stock is that of the last", async () => {
    const { product } = system();
    const id = await product.add({ inStock: 1_000 });
    const made = await ordered([id, 1]);
    const quantities = Array.from({ length: 8 }, (_, index) => index + 2);
    const answers = await Promise.all(quantities.map((quantity) => change(made.id, [[id, quantity]])));
    const etags = answers.map((answer) => orderIn(answer).etag);
    expect(new Set(etags).size).toBe(8);
    expect(answers.map((answer) => orderIn(answer).lineItems[0]?.quantity)).toEqual(quantities);
    const last = await stored(made.id);
    expect(etags).toContain(last.etag);
    expect(await product.stockOf(id)).toBe(1_000 - (last.lineItems[0]?.quantity ?? 0));
    const { reservation } = await product.inventory.getReservation({ reservationId: made.id });
    expect(reservation).toMatchObject({ generation: 9, items: [{ quantity: last.lineItems[0]?.quantity }] });
  });

  test("of concurrent changes with one etag, one is made", async () => {
    const { product } = system();
    const id = await product.add({ inStock: 1_000 });
    const made = await ordered([id, 1]);
    const outcomes = await Promise.all(
      [2, 3, 4, 5].map((quantity) =>
        change(made.id, [[id, quantity]], made.etag).then(
          () => "made",
          async (error: unknown) => reasonOf(Promise.reject(error)),
        ),
      ),
    );
    expect(outcomes.toSorted()).toEqual(["ETAG_MISMATCH", "ETAG_MISMATCH", "ETAG_MISMATCH", "made"]);
  });
}
