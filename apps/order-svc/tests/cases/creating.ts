import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { OrderState, OrderView } from "@skyport/proto";
import { sql } from "drizzle-orm";
import { failureOf } from "../support/failure.ts";
import { orderIn } from "../support/order-server.ts";
import { eur, freshId } from "../support/product-server.ts";
import type { System } from "../support/system.ts";

const changesOf = sqlStatement(
  sql`SELECT operation FROM changes WHERE entity = 'order' AND entity_id = ${sql.placeholder("id")} ORDER BY revision`,
  (row) => row["operation"],
);

/** CreateOrder. */
export function creating(system: () => System): void {
  const create = (lineItems: readonly { productId: string; quantity: number; unitPrice?: ReturnType<typeof eur> }[]) =>
    system().order.orders.createOrder({ order: { lineItems: [...lineItems] } });

  describe("a new order", () => {
    test("is confirmed, has taken its stock, and keeps title and price", async () => {
      const { product, order } = system();
      const id = await product.add({ title: "The Odyssey", inStock: 10, price: eur(100_000, 990_000_000) });
      const before = Date.now();
      const made = orderIn(await create([{ productId: id, quantity: 2 }]));
      expect(made).toMatchObject({
        state: OrderState.CONFIRMED,
        lineItems: [{ productId: id, quantity: 2, unitPrice: eur(100_000, 990_000_000), title: "The Odyssey" }],
        total: eur(200_001, 980_000_000),
      });
      expect(made.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
      expect(made.etag).not.toBe("");
      expect(Math.abs(Number(made.createTime?.seconds) * 1_000 - before)).toBeLessThan(60_000);
      expect(made.updateTime?.seconds).toBeGreaterThanOrEqual(made.createTime?.seconds ?? 0n);
      expect(await product.stockOf(id)).toBe(8);
      const { reservation } = await product.inventory.getReservation({ reservationId: made.id });
      expect(reservation).toMatchObject({ generation: 1, items: [{ productId: id, quantity: 2 }] });
      expect(orderIn(await order.orders.getOrder({ id: made.id, view: OrderView.BASIC }))).toEqual(made);
    });

    test("is answered in BASIC view", async () => {
      const id = await system().product.add();
      const [item] = orderIn(await create([{ productId: id, quantity: 1 }])).lineItems;
      expect(item?.product).toBeUndefined();
      expect(item?.imageUri).toBe("");
    });

    test("costs exactly what its lines cost, at prices that are given or taken over", async () => {
      const { product } = system();
      const [a, b] = [await product.add({ price: eur(33, 333_333_333) }), await product.add({ price: undefined })];
      const made = orderIn(
        await create([
          { productId: a, quantity: 3 },
          { productId: b, quantity: 7, unitPrice: eur(0, 100_000_001) },
        ]),
      );
      expect(made.lineItems.map((item) => item.unitPrice)).toMatchObject([eur(33, 333_333_333), eur(0, 100_000_001)]);
      expect(made.total).toMatchObject(eur(100, 700_000_006));
    });

    test("may have 100 lines, which keep their order", async () => {
      const { product } = system();
      const ids = await Promise.all(Array.from({ length: 100 }, () => product.add({ inStock: 3 })));
      const made = orderIn(await create(ids.map((productId) => ({ productId, quantity: 1 }))));
      expect(made.lineItems.map((item) => item.productId)).toEqual(ids);
      expect(await product.stockOf(ids[99] ?? "")).toBe(2);
    });

    test("takes nothing from output-only fields", async () => {
      const { product, order } = system();
      const id = await product.add({ title: "Real", price: eur(1) });
      const given = {
        id: "01890000-0000-7000-8000-000000000000",
        state: OrderState.CANCELLED,
        total: eur(0),
        etag: "mine",
        createTime: { seconds: 1n },
        lineItems: [{ productId: id, quantity: 1, title: "Forged", imageUri: "forged" }],
      };
      const made = orderIn(await order.orders.createOrder({ order: given }));
      expect(made).toMatchObject({
        state: OrderState.CONFIRMED,
        total: eur(1),
        lineItems: [{ title: "Real", imageUri: "" }],
      });
      expect(made.id).not.toBe(given.id);
      expect(made.createTime?.seconds).not.toBe(1n);
    });

    test("is logged among the changes", async () => {
      const { product, database } = system();
      const { id } = orderIn(await create([{ productId: await product.add(), quantity: 1 }]));
      const changes = await database.read(Deadline.after(5_000), (session) => session.run(changesOf, { id }));
      expect(changes).toEqual(["create", "update"]);
    });
  });

  describe("an order that cannot be", () => {
    test("is OUT_OF_STOCK, with what is left, and takes nothing", async () => {
      const { product } = system();
      const [a, b] = [await product.add({ inStock: 5 }), await product.add({ inStock: 2 })];
      const failure = await failureOf(
        create([
          { productId: a, quantity: 5 },
          { productId: b, quantity: 3 },
        ]),
      );
      expect(failure).toMatchObject({ code: Code.FailedPrecondition, reason: "OUT_OF_STOCK", retryMs: undefined });
      expect(failure.preconditions).toEqual([
        { type: "OUT_OF_STOCK", subject: `products/${b}`, description: "3 wanted, 2 left" },
      ]);
      expect([await product.stockOf(a), await product.stockOf(b)]).toEqual([5, 2]);
    });

    test("is OUT_OF_STOCK with both kinds, when products are missing and others short", async () => {
      const { product } = system();
      const [missing, short] = [freshId(), await product.add({ inStock: 2 })];
      const failure = await failureOf(
        create([
          { productId: missing, quantity: 1 },
          { productId: short, quantity: 3 },
        ]),
      );
      expect(failure.reason).toBe("OUT_OF_STOCK");
      expect(failure.preconditions.map(({ type, subject }) => [type, subject])).toEqual([
        ["PRODUCT_NOT_FOUND", `products/${missing}`],
        ["OUT_OF_STOCK", `products/${short}`],
      ]);
    });

    test("is PRODUCT_NOT_FOUND, when products are only missing", async () => {
      const { product } = system();
      const [x, y, there] = [freshId(), freshId(), await product.add({ inStock: 1 })];
      const failure = await failureOf(create([x, there, y].map((productId) => ({ productId, quantity: 1 }))));
      expect(failure).toMatchObject({ code: Code.NotFound, reason: "PRODUCT_NOT_FOUND" });
      expect(failure.resources).toEqual([`products/${x}`, `products/${y}`]);
      expect(await product.stockOf(there)).toBe(1);
    });

    test("leaves no order and no open wish behind", async () => {
      const { product, order } = system();
      const id = await product.add({ inStock: 0 });
      expect((await failureOf(create([{ productId: id, quantity: 1 }]))).reason).toBe("OUT_OF_STOCK");
      expect((await order.orders.listOrders({ filter: { productId: id } })).orders).toEqual([]);
      const { intentions } = await order.orders.listOpenIntentions({});
      expect(intentions.filter(({ items }) => items.some(({ productId }) => productId === id))).toEqual([]);
    });

    test("has one currency, and a price for each line", async () => {
      const { product } = system();
      const [euro, dollar, free] = [
        await product.add({ price: eur(1) }),
        await product.add({ price: { currencyCode: "USD", units: 1n } }),
        await product.add({ price: undefined }),
      ];
      const failure = await failureOf(create([euro, dollar, free].map((productId) => ({ productId, quantity: 1 }))));
      expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
      expect(failure.fields).toEqual(["order.line_items[1].unit_price", "order.line_items[2].unit_price"]);
    });

    test("has a total that can be told", async () => {
      const { product } = system();
      const ids = [await product.add(), await product.add()];
      const failure = await failureOf(
        create(ids.map((productId) => ({ productId, quantity: 10_000, unitPrice: eur(10n ** 15n) }))),
      );
      expect(failure).toMatchObject({ reason: "INVALID_FIELDS", fields: ["order.line_items"] });
    });
  });
}
