import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { failureOf } from "./support/failure.ts";
import { createProduct, freshId, uuidV7 } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { quoted } from "./support/sql.ts";
import { overStores, type Scene } from "./support/world.ts";

/** What the `changes` table tells of an entity, oldest first. */
async function changesOf(scene: Scene, entityId: string) {
  const rows = await scene.sql(
    `SELECT entity, operation, revision, xid::text AS xid FROM changes WHERE entity_id = ${quoted(entityId)} ORDER BY id`,
  );
  return rows.map((row) => ({ ...row }));
}

/** The ledger of a product's living incarnation, oldest first: `kind delta`. */
async function ledgerOf(scene: Scene, id: string): Promise<string[]> {
  const rows = await scene.sql(
    `SELECT kind || ' ' || delta AS line FROM stock_movements JOIN products ON key = product_key
      WHERE products.id = ${quoted(id)} ORDER BY stock_movements.id`,
  );
  return rows.map((row) => String(row["line"]));
}

/** The stamp of a product's row, and the transaction that wrote it. */
async function stampOf(scene: Scene, id: string) {
  const [row] = await scene.sql(`SELECT revision, xmin::text AS xid FROM products WHERE id = ${quoted(id)}`);
  return { revision: row?.["revision"], xid: row?.["xid"] };
}

/** How many rows every table has, to tell that nothing was written. */
async function census(scene: Scene) {
  const [row] = await scene.sql(
    `SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM changes) AS changes,
      (SELECT count(*) FROM stock_movements) AS ledger, (SELECT count(*) FROM reservations) AS reservations,
      (SELECT count(*) FROM request_ids) AS request_ids, (SELECT sum(in_stock)::text FROM products) AS stock`,
  );
  return { ...row };
}

overStores((scene) => {
  describe("every write", () => {
    const last = async (id: string) => (await changesOf(scene, id)).at(-1);

    test("of a product adds a change in its own transaction, with the product's revision", async () => {
      const { id } = await createProduct(scene, { inStock: 5 });
      expect(await last(id)).toEqual({ entity: "product", operation: "create", ...(await stampOf(scene, id)) });
      await scene.products.updateProduct({ product: { id, title: "New" } });
      expect(await last(id)).toEqual({ entity: "product", operation: "update", ...(await stampOf(scene, id)) });
      await scene.inventory.adjustStock({ productId: id, delta: 1 });
      expect(await last(id)).toEqual({ entity: "product", operation: "update", ...(await stampOf(scene, id)) });
      const { revision } = await stampOf(scene, id);
      await scene.products.deleteProduct({ id });
      const removal = await last(id);
      expect(removal).toMatchObject({ entity: "product", operation: "delete" });
      expect(BigInt(String(removal?.["revision"]))).toBeGreaterThan(BigInt(String(revision)));
      expect(await changesOf(scene, id)).toHaveLength(4);
    });

    test("of a reservation adds a change for it and for each product that it moves", async () => {
      const [a, b] = [await createProduct(scene, { inStock: 5 }), await createProduct(scene, { inStock: 5 })];
      const id = uuidV7();
      const wishes = [{ [a.id]: 1, [b.id]: 2 }, { [a.id]: 1, [b.id]: 1 }, { [a.id]: 9 }, {}];
      const moved = [[a.id, b.id], [b.id], [], [a.id, b.id]];
      for (const [i, wish] of wishes.entries()) {
        const items = Object.entries(wish).map(([productId, quantity]) => ({ productId, quantity }));
        await scene.inventory.setReservation({ reservationId: id, generation: i + 1, items }).catch(() => undefined);
        const change = await last(id);
        expect(change).toMatchObject({ entity: "reservation", operation: i === 0 ? "create" : "update" });
        for (const productId of moved[i] ?? []) {
          expect(await last(productId)).toEqual({
            entity: "product",
            operation: "update",
            ...(await stampOf(scene, productId)),
            xid: change?.["xid"],
          });
        }
      }
      expect(await changesOf(scene, id)).toHaveLength(4);
      expect(await changesOf(scene, a.id)).toHaveLength(3);
      expect(await changesOf(scene, b.id)).toHaveLength(4);
    });

    test("that creates an id anew is stamped after the removal that it waited for", async () => {
      const { id } = await createProduct(scene);
      const lock = `SELECT pg_advisory_xact_lock(hashtextextended('product:${id}', 0))`;
      let creating: Promise<unknown> | undefined;
      await holding(
        scene.databaseUrl,
        lock,
        async (waiters, run) => {
          // What DeleteProduct does, with a pause before it draws its revision.
          await run(`DELETE FROM products WHERE id = '${id}'`);
          creating = createProduct(scene, { id });
          await waiters(1);
          await run(
            `INSERT INTO changes (entity, entity_id, operation, revision)
              VALUES ('product', '${id}', 'delete', nextval('revisions'))`,
          );
        },
        "commit",
      );
      await creating;
      const stamps = new Map((await changesOf(scene, id)).map((change) => [change["operation"], change["revision"]]));
      expect(BigInt(String(stamps.get("delete")))).toBeLessThan(BigInt(String((await stampOf(scene, id)).revision)));
    });

    test("of stock adds a row to the ledger", async () => {
      const { id } = await createProduct(scene, { inStock: 5 });
      await scene.inventory.adjustStock({ productId: id, delta: -2 });
      await scene.products.updateProduct({ product: { id, inStock: 10 } });
      await scene.products.updateProduct({ product: { id, inStock: 10, title: "Same stock" } });
      const reservationId = uuidV7();
      await scene.inventory.setReservation({ reservationId, generation: 1, items: [{ productId: id, quantity: 4 }] });
      await scene.inventory.setReservation({ reservationId, generation: 2, items: [{ productId: id, quantity: 1 }] });
      await scene.inventory.setReservation({ reservationId, generation: 3, items: [] });
      expect(await ledgerOf(scene, id)).toEqual([
        "initial 5",
        "adjustment -2",
        "overwrite 7",
        "reservation -4",
        "reservation 3",
        "reservation 1",
      ]);
      const rows = await scene.sql(
        `SELECT generation, delta FROM stock_movements WHERE reservation_id = '${reservationId}' ORDER BY generation`,
      );
      expect(rows.map((row) => [row["generation"], row["delta"]])).toEqual([
        [1, -4n],
        [2, 3n],
        [3, 1n],
      ]);
    });

    test("that changes nothing writes nothing", async () => {
      const { id, etag } = await createProduct(scene, { inStock: 5 });
      await scene.products.updateProduct({ product: { id, title: "Newer" } });
      const requestId = randomUUID();
      const adjustment = { productId: id, delta: 1, requestId };
      await scene.inventory.adjustStock(adjustment);
      const reservationId = uuidV7();
      const wish = { reservationId, generation: 2, items: [{ productId: id, quantity: 1 }] };
      await scene.inventory.setReservation(wish);
      const before = await census(scene);

      await scene.inventory.adjustStock(adjustment);
      await scene.inventory.setReservation(wish);
      await scene.inventory.setReservation({ ...wish, generation: 1 });
      const refused = [
        createProduct(scene, { id }),
        scene.products.updateProduct({ product: { id, title: "X", etag } }),
        scene.products.updateProduct({ product: { id: freshId(), title: "X" } }),
        scene.products.deleteProduct({ id, etag }),
        scene.products.deleteProduct({ id: freshId() }),
        scene.inventory.adjustStock({ productId: id, delta: -100 }),
        scene.inventory.adjustStock({ productId: id, delta: 2, requestId }),
        scene.inventory.setReservation({ ...wish, items: [] }),
        scene.inventory.setReservation({ ...wish, reservationId: randomUUID() }),
      ];
      for (const call of refused) await failureOf(call);
      expect(await census(scene)).toEqual(before);
    });
  });
});
