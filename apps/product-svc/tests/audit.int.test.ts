import { describe, expect, test } from "@jest/globals";
import { type StockDiscrepancy, StockDiscrepancyKind } from "@skyport/proto";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { auditAll } from "./support/audit-all.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct, freshId, uuidV7 } from "./support/fixtures.ts";
import { quoted } from "./support/sql.ts";
import { overStores, type Scene } from "./support/world.ts";

const summary = ({ kind, resourceName, productId, expected, actual }: StockDiscrepancy): string =>
  `${StockDiscrepancyKind[kind]} ${resourceName} ${productId} ${expected} ${actual}`;

async function findings(scene: Scene): Promise<string[]> {
  return (await auditAll(scene)).discrepancies.map(summary);
}

/** Runs `statement` behind the service's back, then its opposite: in between, `body` looks at the damage. */
async function damaged(scene: Scene, statement: string, repair: string, body: () => Promise<void>): Promise<void> {
  await scene.sql(statement);
  try {
    await body();
  } finally {
    await scene.sql(repair);
  }
}

overStores((scene, store) => {
  describe("AuditStock", () => {
    test("finds planted damage, and nothing else", async () => {
      const { id } = await createProduct(scene, { inStock: 10 });
      const { id: other } = await createProduct(scene, { inStock: 3 });
      const reservationId = uuidV7();
      const items = [{ productId: id, quantity: 4 }];
      await scene.inventory.setReservation({ reservationId, generation: 1, items });
      expect(await findings(scene)).toEqual([]);

      const set = (inStock: number) => `UPDATE products SET in_stock = ${inStock} WHERE id = ${quoted(id)}`;
      await damaged(scene, set(7), set(6), async () => {
        expect(await findings(scene)).toEqual([`STOCK_DIFFERS_FROM_LEDGER products/${id}  6 7`]);
      });

      const hold = (quantity: number, productId = id) =>
        `UPDATE reservations SET items = (SELECT jsonb_build_array(jsonb_build_object('productId', id,
          'productKey', key::text, 'quantity', ${quantity})) FROM products WHERE id = ${quoted(productId)})
          WHERE id = '${reservationId}'`;
      await damaged(scene, hold(5), hold(4), async () => {
        expect(await findings(scene)).toEqual([
          `RESERVATION_DIFFERS_FROM_LEDGER reservations/${reservationId} ${id} 4 5`,
        ]);
      });
      await damaged(scene, hold(4, other), hold(4), async () => {
        expect((await findings(scene)).sort()).toEqual(
          [
            `RESERVATION_DIFFERS_FROM_LEDGER reservations/${reservationId} ${id} 4 0`,
            `RESERVATION_DIFFERS_FROM_LEDGER reservations/${reservationId} ${other} 0 4`,
          ].sort(),
        );
      });

      const move = (delta: number) =>
        `UPDATE stock_movements SET delta = ${delta} WHERE reservation_id = '${reservationId}'`;
      await damaged(scene, move(-3), move(-4), async () => {
        expect((await findings(scene)).sort()).toEqual(
          [
            `RESERVATION_DIFFERS_FROM_LEDGER reservations/${reservationId} ${id} 3 4`,
            `STOCK_DIFFERS_FROM_LEDGER products/${id}  7 6`,
          ].sort(),
        );
      });
      expect(await findings(scene)).toEqual([]);
    });

    test("finds rows of the ledger whose reservation is gone, and lets those be that cancel out", async () => {
      const { id } = await createProduct(scene, { inStock: 50 });
      const { id: deleted } = await createProduct(scene, { inStock: 5 });
      const [gone, kept, forDeleted] = [uuidV7(), uuidV7(), uuidV7()];
      const set = (reservationId: string, generation: number, quantity: number, productId = id) =>
        scene.inventory.setReservation({
          reservationId,
          generation,
          items: quantity === 0 ? [] : [{ productId, quantity }],
        });
      await set(gone, 1, 5);
      await set(gone, 2, 3);
      await set(kept, 1, 1);
      await set(forDeleted, 1, 2, deleted);
      await scene.products.deleteProduct({ id: deleted });
      // Forgotten as the sweep of old tombstones forgets them, their movements being kept for longer.
      const forgotten = Array.from({ length: 30 }, () => uuidV7());
      for (const reservationId of forgotten) {
        await set(reservationId, 1, 2);
        await set(reservationId, 2, 0);
      }
      const remove = (ids: readonly string[]) =>
        scene.sql(`DELETE FROM reservations WHERE id IN (${ids.map(quoted).join()})`);
      await remove([...forgotten, forDeleted]);
      expect(await findings(scene)).toEqual([]);

      const restore = [`INSERT INTO reservations SELECT * FROM saved_reservations`, `DROP TABLE saved_reservations`];
      await scene.sql(`CREATE TABLE saved_reservations AS SELECT * FROM reservations WHERE id = ${quoted(gone)}`);
      await remove([gone]);
      try {
        for (const pageSize of [1, 2, 1000]) {
          const { discrepancies, pages } = await auditAll(scene, pageSize);
          expect(discrepancies.map(summary)).toEqual([
            `RESERVATION_DIFFERS_FROM_LEDGER reservations/${gone} ${id} 3 0`,
          ]);
          // However long the stretch without reservations, a page ends: 60 rows here, 10 for each that it may have.
          if (pageSize === 1) expect(pages).toBeGreaterThanOrEqual(6);
        }
      } finally {
        for (const statement of restore) await scene.sql(statement);
      }
      expect(await findings(scene)).toEqual([]);
      await set(kept, 2, 0);
      await set(gone, 3, 0);
    });

    test("finds stock below zero, should the database ever hold it", async () => {
      const { id } = await createProduct(scene, { inStock: 2 });
      const check = "products_in_stock_check";
      await scene.sql(`ALTER TABLE products DROP CONSTRAINT ${check}`);
      const planted = `UPDATE products SET in_stock = -1 WHERE id = ${quoted(id)}`;
      const repair = `UPDATE products SET in_stock = 2 WHERE id = ${quoted(id)}`;
      await damaged(scene, planted, repair, async () => {
        expect(await findings(scene)).toEqual([
          `STOCK_DIFFERS_FROM_LEDGER products/${id}  2 -1`,
          `NEGATIVE_STOCK products/${id}  0 -1`,
        ]);
      });
      await scene.sql(`ALTER TABLE products ADD CONSTRAINT ${check} CHECK (in_stock >= 0)`);
    });

    test("goes over everything once, whatever the page size, and totals it", async () => {
      const [row] = await scene.sql(
        `SELECT count(*) AS products, sum(in_stock)::bigint AS in_stock,
          (SELECT count(*) FROM reservations WHERE items <> '[]') AS reservations FROM products`,
      );
      for (const pageSize of [1, 2, 1000]) {
        const { totals } = await auditAll(scene, pageSize);
        expect(totals.products).toBe(row?.["products"]);
        expect(totals.inStock).toBe(row?.["in_stock"]);
        expect(totals.reservations).toBe(row?.["reservations"]);
        expect(totals.reserved).toBe(4n);
      }
    });

    test("refuses a negative page size, and tokens that it did not issue", async () => {
      expect(await failureOf(scene.inventory.auditStock({ pageSize: -1 }))).toMatchObject({
        reason: "INVALID_FIELDS",
        fields: ["page_size"],
      });
      const { nextPageToken } = await scene.inventory.auditStock({ pageSize: 1 });
      for (const pageToken of ["x", nextPageToken.slice(1), `${nextPageToken}AA`]) {
        expect(await failureOf(scene.inventory.auditStock({ pageToken }))).toMatchObject({
          reason: "PAGE_TOKEN_INVALID",
          fields: ["page_token"],
        });
      }
    });
  });

  test("whatever is done at once, stock adds up, also while it is being done", async () => {
    const shelf = Array.from({ length: 4 }, (_, i) => freshId(`shelf${i}`));
    const orders = Array.from({ length: 6 }, () => uuidV7());
    const generations = new Map<string, number>();
    const productId = fc.constantFrom(...shelf);
    const quantity = fc.integer({ min: 1, max: 6 });
    const command = fc.oneof(
      fc.record({ kind: fc.constant("create" as const), id: productId, inStock: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant("delete" as const), id: productId }),
      fc.record({ kind: fc.constant("adjust" as const), id: productId, delta: fc.constantFrom(-5, -1, 1, 5) }),
      fc.record({ kind: fc.constant("overwrite" as const), id: productId, inStock: fc.integer({ min: 0, max: 20 }) }),
      fc.record({
        kind: fc.constant("reserve" as const),
        order: fc.constantFrom(...orders),
        repeat: fc.boolean(),
        items: fc.uniqueArray(fc.record({ productId, quantity }), { selector: (item) => item.productId }),
      }),
    );
    type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

    const run = async (step: Command): Promise<unknown> => {
      switch (step.kind) {
        case "create":
          return createProduct(scene, { id: step.id, inStock: step.inStock });
        case "delete":
          return scene.products.deleteProduct({ id: step.id });
        case "adjust":
          return scene.inventory.adjustStock({ productId: step.id, delta: step.delta });
        case "overwrite":
          return scene.products.updateProduct({ product: { id: step.id, inStock: step.inStock } });
        case "reserve": {
          const generation = (generations.get(step.order) ?? 0) + (step.repeat ? 0 : 1);
          generations.set(step.order, generation);
          const { order: reservationId, items } = step;
          return scene.inventory.setReservation({ reservationId, generation: Math.max(1, generation), items });
        }
      }
    };

    const steps = fc.sample(command, { numRuns: 240, seed: seed() + (store === "redis" ? 0 : 1) });
    for (let at = 0; at < steps.length; at += 12) {
      const batch = steps.slice(at, at + 12).map(run);
      const [outcomes, during] = await Promise.all([Promise.allSettled(batch), findings(scene)]);
      expect(during).toEqual([]);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") {
          const { reason } = await failureOf(Promise.reject(outcome.reason));
          expect(["PRODUCT_ALREADY_EXISTS", "PRODUCT_NOT_FOUND", "OUT_OF_STOCK", "REQUEST_ID_REUSED"]).toContain(
            reason,
          );
        }
      }
    }
    expect(await findings(scene)).toEqual([]);
  });
});
