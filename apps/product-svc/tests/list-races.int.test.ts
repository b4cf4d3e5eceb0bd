import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Product } from "@skyport/proto";
import { createProduct, freshId, uuidV7 } from "./support/fixtures.ts";
import { everyPage, inOrder, ORDERS } from "./support/listing.ts";
import { overStores } from "./support/world.ts";

const KEPT = 40;

/** Runs `work` again and again, until the returned function is called. */
function keepDoing(work: () => Promise<unknown>): () => Promise<void> {
  let done = false;
  const running = (async () => {
    while (!done) await work();
  })();
  return () => {
    done = true;
    return running;
  };
}

overStores((scene) => {
  describe("while products come and go", () => {
    const kept: Product[] = [];

    beforeAll(async () => {
      for (let i = 0; i < KEPT; i++) {
        kept.push(await createProduct(scene, { title: `Mast ${(i * 7) % 13}`, inStock: 1 }));
      }
    });

    test.each([
      ...ORDERS.flatMap((orderBy) => [
        { orderBy, filter: {} },
        { orderBy, filter: { inStockOnly: true } },
      ]),
      { orderBy: "title", filter: { titlePrefix: "mAs" } },
      { orderBy: "title", filter: { titlePrefix: "MAST", inStockOnly: true } },
    ] as const)("those that stay are listed once, in order: %j", async (request) => {
      const stop = keepDoing(async () => {
        const passing = Array.from({ length: 3 }, (_, i) =>
          createProduct(scene, {
            id: freshId(`${i % 2 === 0 ? "a" : "z"}-passing`),
            title: `Mast ${i * 5}`,
            inStock: 1,
          }),
        );
        for (const { id } of await Promise.all(passing)) await scene.products.deleteProduct({ id });
        // A stayer that changes, though not in its sort key, is no less there.
        const [stayer] = kept;
        if (stayer !== undefined) await scene.inventory.adjustStock({ productId: stayer.id, delta: 1 });
      });
      const found = await everyPage(scene, { ...request, pageSize: 7 });
      await stop();
      const ids = new Set(kept.map(({ id }) => id));
      expect(found.map(({ id }) => id).filter((id) => ids.has(id))).toEqual(
        inOrder(request.orderBy, kept).map(({ id }) => id),
      );
    });
  });

  test("ListReservations: those that stay are listed once, in order of id", async () => {
    const { id: productId } = await createProduct(scene, { inStock: 1_000_000 });
    const reserve = async () => {
      const reservationId = uuidV7(Math.floor(Math.random() * 86_400_000));
      await scene.inventory.setReservation({ reservationId, generation: 1, items: [{ productId, quantity: 1 }] });
      return reservationId;
    };
    const kept: string[] = [];
    for (let i = 0; i < 25; i++) kept.push(await reserve());
    const stop = keepDoing(reserve);
    const found: string[] = [];
    let pageToken = "";
    do {
      const page = await scene.inventory.listReservations({ pageSize: 4, pageToken });
      found.push(...page.reservations.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && found.length < 10_000);
    await stop();
    expect(found.filter((id) => kept.includes(id))).toEqual([...kept].sort());
    expect(found).toEqual([...found].sort());
  });
});
