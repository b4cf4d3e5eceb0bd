import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { OrderView } from "@skyport/proto";
import { failureOf } from "../support/failure.ts";
import { orderIn } from "../support/order-server.ts";
import { eur } from "../support/product-server.ts";
import type { System } from "../support/system.ts";

const NOBODY = "01890000-0000-7000-8000-000000000000";

/** GetOrder. */
export function reading(system: () => System): void {
  const ordered = async (productId: string, quantity = 1) =>
    orderIn(await system().order.orders.createOrder({ order: { lineItems: [{ productId, quantity }] } }));

  describe("an order that is read", () => {
    test("comes with its products as they are now, unless BASIC is asked for", async () => {
      const { product, order } = system();
      const id = await product.add({ title: "Then", inStock: 10, price: eur(5) });
      const made = await ordered(id);
      await product.products.updateProduct({ product: { id, title: "Now", price: eur(6) } });
      for (const view of [OrderView.UNSPECIFIED, OrderView.FULL]) {
        const { order: full, unreachable } = await order.orders.getOrder({ id: made.id, view });
        expect(unreachable).toEqual([]);
        expect(full?.lineItems).toMatchObject([
          { title: "Then", unitPrice: eur(5), product: { id, title: "Now", inStock: 9, price: eur(6) } },
        ]);
        expect(full?.lineItems[0]?.imageUri).toMatch(new RegExp(`/${id}\\.jpg$`));
        expect(full?.etag).toBe(made.etag);
      }
      const basic = await order.orders.getOrder({ id: made.id, view: OrderView.BASIC });
      expect(basic).toMatchObject({ order: made, unreachable: [] });
    });

    test("still tells the title of a product that was deleted since", async () => {
      const { product, order } = system();
      const [gone, there] = [await product.add({ title: "Gone" }), await product.add({ title: "There" })];
      const lineItems = [gone, there].map((productId) => ({ productId, quantity: 1 }));
      const { id } = orderIn(await order.orders.createOrder({ order: { lineItems } }));
      await product.products.deleteProduct({ id: gone });
      const full = await order.orders.getOrder({ id });
      expect(full.unreachable).toEqual([]);
      expect(full.order?.lineItems).toMatchObject([{ title: "Gone", imageUri: "" }, { product: { title: "There" } }]);
      expect(full.order?.lineItems[0]?.product).toBeUndefined();
    });

    test("has one id, whatever its case", async () => {
      const { product, order } = system();
      const made = await ordered(await product.add());
      const found = await order.orders.getOrder({ id: made.id.toUpperCase(), view: OrderView.BASIC });
      expect(found.order).toEqual(made);
    });

    test("comes by GET too", async () => {
      const { product, order } = system();
      const made = await ordered(await product.add());
      const query = new URLSearchParams({ encoding: "json", message: JSON.stringify({ id: made.id }), connect: "v1" });
      const response = await fetch(`${order.url}/skyport.order.v1.OrderService/GetOrder?${query}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ order: { id: made.id, state: "ORDER_STATE_CONFIRMED" } });
    });

    test("is ORDER_NOT_FOUND when there is none", async () => {
      for (const view of [OrderView.BASIC, OrderView.FULL]) {
        const failure = await failureOf(system().order.orders.getOrder({ id: NOBODY, view }));
        expect(failure).toMatchObject({
          code: Code.NotFound,
          reason: "ORDER_NOT_FOUND",
          resources: [`orders/${NOBODY}`],
        });
      }
    });
  });
}
