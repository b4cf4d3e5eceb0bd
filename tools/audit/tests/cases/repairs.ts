import { describe, expect, test } from "@jest/globals";
import { makeOrphan, oldOrderId } from "../support/orphan.ts";
import { runAudit } from "../support/program.ts";
import type { Shop } from "../support/shop.ts";

export function repairCases(shop: () => Shop): void {
  describe("orphans", () => {
    test("an open intention excuses what it will settle; when it is late, that is told as lag", async () => {
      const stack = shop();
      const { ship } = stack;
      const id = oldOrderId();
      await makeOrphan(stack, { id, productId: ship, quantity: 4 });
      await stack.orderSql(`INSERT INTO order_intentions
      (order_id, generation, kind, line_items, attempts, create_time, due_time)
      VALUES ('${id}', 2, 'release', '[]', 7, now() - interval '5 minutes', now() + interval '1 day')`);
      const run = await stack.audit("--repair", "--yes");
      expect(run.output).toMatch(new RegExp(`^│ ${id} +│ 2 +│ 5 min +│ 7 times`, "m"));
      expect(run.output).toContain("repair: no orphan reservation to release");
      expect(run.output).toMatch(/\nNo discrepancies\.\n$/);
      expect(run.isClean).toBe(true);
      await stack.orderSql(`DELETE FROM order_intentions WHERE order_id = '${id}'`);
      expect((await stack.audit()).isClean).toBe(false);
      await stack.inventory.setReservation({ reservationId: id, generation: 2, items: [] });
    });

    test("--repair tells what it would do, --repair --yes does it, and only to orphans that are old enough", async () => {
      const stack = shop();
      const { boat } = stack;
      const old = oldOrderId();
      await makeOrphan(stack, { id: old, productId: boat, quantity: 5 });
      const order = await stack.order({ [boat]: 2 });
      const state = (to: string) => stack.orderSql(`UPDATE orders SET state = '${to}' WHERE id = '${order.id}'`);
      await state("cancelled");
      const stockOf = async () => (await stack.products.getProduct({ id: boat })).product?.inStock ?? 0;
      const before = await stockOf();

      const dry = await stack.audit("--repair");
      expect(dry.output).toMatch(new RegExp(`^│ would release │ ${old} │ by generation 2`, "m"));
      expect(dry.output).toMatch(new RegExp(`^│ kept +│ ${order.id} │ its order was made \\d+ s ago`, "m"));
      expect(await stockOf()).toBe(before);

      const wet = await runAudit(["--repair", "--yes", "--json"], stack.environment);
      expect(wet.code).toBe(1);
      expect(JSON.parse(wet.output)).toMatchObject({
        counts: { ORPHAN_RESERVATION: 2 },
        repairs: expect.arrayContaining([
          { reservationId: old, outcome: "released", text: "by generation 2, with no items" },
          { reservationId: order.id, outcome: "kept", text: expect.any(String) },
        ]),
      });
      expect(await stockOf()).toBe(before + 5);
      await state("confirmed");
      expect((await stack.audit()).isClean).toBe(true);
    });
  });
}
