import { describe, expect, test } from "@jest/globals";
import { OrderView } from "@skyport/proto";
import { eventually } from "@skyport/testing";
import { named, unwrapped } from "../support/named.ts";
import { makeOrphan, oldOrderId } from "../support/orphan.ts";
import type { Shop } from "../support/shop.ts";

/** Plants damage, expects exactly these lines of the audit, and takes the damage back. Gives the report. */
async function expectFound(
  shop: Shop,
  plant: () => Promise<unknown>,
  undo: () => Promise<unknown>,
  lines: readonly string[],
): Promise<string> {
  await plant();
  try {
    const { output, isClean } = await shop.audit("--page-size", "2");
    expect(named(output)).toEqual(lines);
    expect(output).toContain(`\n${lines.length} discrepanc`);
    expect(isClean).toBe(false);
    return unwrapped(output);
  } finally {
    await undo();
  }
}

export function damageCases(shop: () => Shop): void {
  describe("planted damage is found, and nothing else", () => {
    test("a wrong stock", async () => {
      const stack = shop();
      const { ship } = stack;
      const move = (by: number) => () =>
        stack.productSql(`UPDATE products SET in_stock = in_stock + ${by} WHERE id = '${ship}'`);
      const told = await expectFound(stack, move(7), move(-7), [`STOCK_DIFFERS_FROM_LEDGER products/${ship}`]);
      expect(told).toContain("(+7)");
    });

    test("a stock below zero, should the database ever hold it", async () => {
      const stack = shop();
      const id = await stack.add(0);
      const check = "products_in_stock_check";
      const set = (inStock: number) => stack.productSql(`UPDATE products SET in_stock = ${inStock} WHERE id = '${id}'`);
      await expectFound(
        stack,
        async () => {
          await stack.productSql(`ALTER TABLE products DROP CONSTRAINT ${check}`);
          await set(-1);
        },
        async () => {
          await set(0);
          await stack.productSql(`ALTER TABLE products ADD CONSTRAINT ${check} CHECK (in_stock >= 0)`);
        },
        [`STOCK_DIFFERS_FROM_LEDGER products/${id}`, `NEGATIVE_STOCK products/${id}`],
      );
    });

    test("a missing ledger row, of a reservation and of a restock", async () => {
      const stack = shop();
      const { boat, ship } = stack;
      const { id } = await stack.order({ [boat]: 3 });
      await expectFound(
        stack,
        () => stack.productSql(`DELETE FROM stock_movements WHERE reservation_id = '${id}'`),
        () =>
          stack.productSql(`INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
          SELECT key, -3, 'reservation', '${id}', 1 FROM products WHERE id = '${boat}'`),
        [`STOCK_DIFFERS_FROM_LEDGER products/${boat}`, `RESERVATION_DIFFERS_FROM_LEDGER reservations/${id}`],
      );
      await expectFound(
        stack,
        () =>
          stack.productSql(`DELETE FROM stock_movements USING products
          WHERE key = product_key AND products.id = '${ship}' AND kind = 'initial'`),
        () =>
          stack.productSql(`INSERT INTO stock_movements (product_key, delta, kind)
          SELECT key, 100, 'initial' FROM products WHERE id = '${ship}'`),
        [`STOCK_DIFFERS_FROM_LEDGER products/${ship}`],
      );
    });

    test("a reservation for no order, and for a cancelled one", async () => {
      const stack = shop();
      const { ship } = stack;
      const id = oldOrderId();
      await expectFound(
        stack,
        () => makeOrphan(stack, { id, productId: ship, quantity: 4 }),
        () => stack.inventory.setReservation({ reservationId: id, generation: 2, items: [] }),
        [`ORPHAN_RESERVATION reservations/${id}`],
      );
      const order = await stack.order({ [ship]: 1 });
      const set = (state: string) => () =>
        stack.orderSql(`UPDATE orders SET state = '${state}' WHERE id = '${order.id}'`);
      const told = await expectFound(stack, set("cancelled"), set("confirmed"), [
        `ORPHAN_RESERVATION reservations/${order.id}`,
      ]);
      expect(told).toContain("its order is cancelled");
    });

    test("a reservation for an order that is gone from the database, though GetOrder still has it in its cache", async () => {
      const stack = shop();
      const { ship } = stack;
      const { orders } = stack;
      const rename = (from: string, to: string) =>
        stack.orderSql(`UPDATE orders SET id = '${to}' WHERE id = '${from}'`);
      const otherThan = (id: string): string => id.replace(/.{12}$/, "000000000000");
      // A service that has just started caches nothing for some seconds.
      const id = await eventually(
        async () => {
          const order = await stack.order({ [ship]: 1 });
          const read = () => orders.getOrder({ id: order.id, view: OrderView.BASIC });
          await read();
          await rename(order.id, otherThan(order.id));
          const isCached = await read().then(
            () => true,
            () => false,
          );
          if (!isCached) await rename(otherThan(order.id), order.id);
          return isCached && order.id;
        },
        { withinMs: 20_000, everyMs: 500 },
      );
      const other = otherThan(id);
      const told = await expectFound(
        stack,
        async () => undefined,
        () => rename(other, id),
        [`MISSING_RESERVATION orders/${other}`, `ORPHAN_RESERVATION reservations/${id}`],
      );
      expect(told).toContain("ListOrders has no such order, only GetOrder");
    });

    test("a confirmed order without a reservation: released behind its back, or gone", async () => {
      const stack = shop();
      const { ship } = stack;
      const { id } = await stack.order({ [ship]: 2 });
      const set = (generation: number, quantity: number) => () =>
        stack.inventory.setReservation({
          reservationId: id,
          generation,
          items: quantity === 0 ? [] : [{ productId: ship, quantity }],
        });
      const told = await expectFound(stack, set(2, 0), set(3, 2), [`MISSING_RESERVATION orders/${id}`]);
      expect(told).toContain("nothing held since");
      const hidden = id.replace(/.{12}$/, "000000000000");
      const rename = (from: string, to: string) => async () => {
        await stack.productSql(`UPDATE reservations SET id = '${to}', items = CASE id WHEN '${id}' THEN '[]'
        ELSE (SELECT jsonb_build_array(jsonb_build_object('productId', id, 'productKey', key::text, 'quantity', 2))
          FROM products WHERE id = '${ship}') END WHERE id = '${from}'`);
      };
      await expectFound(stack, rename(id, hidden), rename(hidden, id), [
        `RESERVATION_DIFFERS_FROM_LEDGER reservations/${id}`,
        `MISSING_RESERVATION orders/${id}`,
      ]);
    });

    test("rows of the ledger that are left of a reservation which somebody has deleted", async () => {
      const stack = shop();
      const { ship, boat } = stack;
      const { id } = await stack.order({ [ship]: 2, [boat]: 1 });
      await stack.cancel(id);
      const orphan = oldOrderId();
      await makeOrphan(stack, { id: orphan, productId: ship, quantity: 3 });
      await stack.productSql(`CREATE TABLE saved AS SELECT * FROM reservations WHERE id IN ('${id}', '${orphan}')`);
      const told = await expectFound(
        stack,
        () => stack.productSql(`DELETE FROM reservations WHERE id IN (SELECT id FROM saved)`),
        async () => {
          await stack.productSql("INSERT INTO reservations SELECT * FROM saved");
          await stack.productSql("DROP TABLE saved");
          await stack.inventory.setReservation({ reservationId: orphan, generation: 2, items: [] });
        },
        // What the cancelled order had taken and given back cancels out, as that of any forgotten one does.
        [`RESERVATION_DIFFERS_FROM_LEDGER reservations/${orphan}`],
      );
      expect(told).toContain(`${ship}: 0 held, 3 by the ledger`);
    });

    test("quantities that differ", async () => {
      const stack = shop();
      const { boat, ship } = stack;
      const { id } = await stack.order({ [ship]: 2, [boat]: 1 });
      const set = (generation: number, quantity: number) => () =>
        stack.inventory.setReservation({
          reservationId: id,
          generation,
          items: [
            { productId: ship, quantity },
            { productId: boat, quantity: 1 },
          ],
        });
      const told = await expectFound(stack, set(2, 5), set(3, 2), [`QUANTITY_DIFFERS orders/${id}`]);
      expect(told).toContain("2 ordered, 5 held");
    });

    test("a pending order that nobody would ever settle", async () => {
      const stack = shop();
      const { ship } = stack;
      const { id } = await stack.order({ [ship]: 1 });
      const set = (state: string) => () => stack.orderSql(`UPDATE orders SET state = '${state}' WHERE id = '${id}'`);
      await expectFound(stack, set("pending"), set("confirmed"), [`ABANDONED_ORDER orders/${id}`]);
    });
  });
}
