import { describe, expect, test } from "@jest/globals";
import { ReservationOutcome } from "@skyport/proto";
import { failureOf } from "./support/failure.ts";
import { createProduct, existing, freshId, stockOf, uuidV7 } from "./support/fixtures.ts";
import { holding } from "./support/holding.ts";
import { overStores, type Scene } from "./support/world.ts";

const DAY_MS = 86_400_000;

type Items = readonly (readonly [productId: string, quantity: number])[];

async function set(scene: Scene, reservationId: string, generation: number, items: Items) {
  const { reservation } = await scene.inventory.setReservation({
    reservationId,
    generation,
    items: items.map(([productId, quantity]) => ({ productId, quantity })),
  });
  return existing(reservation);
}

async function get(scene: Scene, reservationId: string) {
  return existing((await scene.inventory.getReservation({ reservationId })).reservation);
}

async function productWith(scene: Scene, inStock: number, id = freshId()): Promise<string> {
  return (await createProduct(scene, { id, inStock })).id;
}

overStores((scene) => {
  describe("SetReservation", () => {
    test("creates, changes and releases", async () => {
      const [a, b] = [await productWith(scene, 10, freshId("a")), await productWith(scene, 10, freshId("b"))];
      const id = uuidV7();
      const first = await set(scene, id, 1, [
        [b, 2],
        [a, 3],
      ]);
      expect(first).toMatchObject({
        id,
        generation: 1,
        outcome: ReservationOutcome.ACCEPTED,
        items: [
          { productId: a, quantity: 3 },
          { productId: b, quantity: 2 },
        ],
      });
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([7, 8]);

      await set(scene, id, 2, [[a, 5]]);
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([5, 10]);

      const released = await set(scene, id, 3, []);
      expect(released).toMatchObject({ generation: 3, items: [], outcome: ReservationOutcome.ACCEPTED });
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([10, 10]);
      expect(await get(scene, id)).toEqual(released);
      expect(released.createTime).toEqual(first.createTime);
    });

    test("takes the id in either case, and may leave generations out", async () => {
      const a = await productWith(scene, 10);
      const id = uuidV7();
      await set(scene, id.toUpperCase(), 5, [[a, 1]]);
      expect(await get(scene, id)).toMatchObject({ id, generation: 5 });
      await set(scene, id, 9, [[a, 2]]);
      expect(await get(scene, id.toUpperCase())).toMatchObject({ id, generation: 9 });
      expect(await stockOf(scene, a)).toBe(8);
    });

    test("a repeat, in whatever order of items, changes nothing and answers the same", async () => {
      const [a, b] = [await productWith(scene, 5), await productWith(scene, 5)];
      const id = uuidV7();
      const first = await set(scene, id, 1, [
        [a, 1],
        [b, 2],
      ]);
      const again = await set(scene, id, 1, [
        [b, 2],
        [a, 1],
      ]);
      expect(again).toEqual(first);
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([4, 3]);
    });

    test("the same generation with other items is REQUEST_ID_REUSED", async () => {
      const a = await productWith(scene, 5);
      const id = uuidV7();
      await set(scene, id, 1, [[a, 1]]);
      for (const items of [[], [[a, 2]], [[freshId(), 1]]] satisfies Items[]) {
        expect(await failureOf(set(scene, id, 1, items))).toMatchObject({
          code: "InvalidArgument",
          reason: "REQUEST_ID_REUSED",
          fields: ["generation"],
        });
      }
      expect(await stockOf(scene, a)).toBe(4);
    });

    test("a lower generation changes nothing: a late first attempt finds its order given up", async () => {
      const a = await productWith(scene, 5);
      const id = uuidV7();
      await set(scene, id, 2, []);
      expect(await set(scene, id, 1, [[a, 3]])).toMatchObject({ generation: 2, items: [] });
      expect(await stockOf(scene, a)).toBe(5);
    });

    test("a late repeat of an earlier generation gets its answer, and other content is refused", async () => {
      const a = await productWith(scene, 5);
      const id = uuidV7();
      await set(scene, id, 1, [[a, 1]]);
      await set(scene, id, 2, [[a, 4]]);
      expect(await set(scene, id, 1, [[a, 1]])).toMatchObject({ generation: 2, items: [{ quantity: 4 }] });
      expect((await failureOf(set(scene, id, 1, [[a, 2]]))).reason).toBe("REQUEST_ID_REUSED");
      expect(await stockOf(scene, a)).toBe(1);
    });

    test("is all or nothing, and tells each product that is short or missing", async () => {
      const [a, b, c] = [await productWith(scene, 5), await productWith(scene, 1), await productWith(scene, 0)];
      const missing = freshId("missing");
      const id = uuidV7();
      const wish: Items = [
        [a, 2],
        [b, 2],
        [c, 1],
        [missing, 1],
      ];
      const failure = await failureOf(set(scene, id, 1, wish));
      expect(failure).toMatchObject({ code: "FailedPrecondition", reason: "OUT_OF_STOCK", domain: "skyport" });
      expect([...failure.preconditions].sort()).toEqual(
        [
          `OUT_OF_STOCK products/${b}: 2 wanted, 1 left`,
          `OUT_OF_STOCK products/${c}: 1 wanted, 0 left`,
          `PRODUCT_NOT_FOUND products/${missing}: this product does not exist`,
        ].sort(),
      );
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([5, 1]);
      expect(await get(scene, id)).toMatchObject({ generation: 1, outcome: ReservationOutcome.REFUSED, items: [] });
    });

    test("only missing products are NOT_FOUND, a resource each", async () => {
      const [x, y] = [freshId("x"), freshId("y")];
      const failure = await failureOf(
        set(scene, uuidV7(), 1, [
          [y, 1],
          [x, 1],
        ]),
      );
      expect(failure).toMatchObject({ code: "NotFound", reason: "PRODUCT_NOT_FOUND" });
      expect(failure.resources).toEqual([`products/${x}`, `products/${y}`]);
    });

    test("a refusal is kept: a repeat gets the same one, though there is enough by now", async () => {
      const a = await productWith(scene, 1);
      const id = uuidV7();
      const first = await failureOf(set(scene, id, 1, [[a, 3]]));
      await scene.inventory.adjustStock({ productId: a, delta: 10 });
      expect(await failureOf(set(scene, id, 1, [[a, 3]]))).toEqual(first);
      expect((await failureOf(set(scene, id, 1, [[a, 1]]))).reason).toBe("REQUEST_ID_REUSED");
      expect(await stockOf(scene, a)).toBe(11);
      await set(scene, id, 2, [[a, 3]]);
      expect(await failureOf(set(scene, id, 1, [[a, 3]]))).toEqual(first);
      expect(await stockOf(scene, a)).toBe(8);
    });

    test("a refused change leaves what was held", async () => {
      const a = await productWith(scene, 5);
      const id = uuidV7();
      await set(scene, id, 1, [[a, 4]]);
      expect(await failureOf(set(scene, id, 2, [[a, 6]]))).toMatchObject({
        preconditions: [`OUT_OF_STOCK products/${a}: 2 wanted, 1 left`],
      });
      expect(await get(scene, id)).toMatchObject({
        generation: 2,
        outcome: ReservationOutcome.REFUSED,
        items: [{ productId: a, quantity: 4 }],
      });
      await set(scene, id, 3, [[a, 5]]);
      expect(await stockOf(scene, a)).toBe(0);
    });

    test("a first generation needs a young id of version 7; a release takes any, and is remembered", async () => {
      const a = await productWith(scene, 5);
      const v4 = "919108f7-52d1-4320-9bac-f847db4148a8";
      for (const id of [v4, uuidV7(8 * DAY_MS), uuidV7(-2 * DAY_MS)]) {
        expect(await failureOf(set(scene, id, 1, [[a, 1]]))).toMatchObject({
          reason: "INVALID_FIELDS",
          fields: ["reservation_id"],
        });
        expect((await failureOf(get(scene, id))).reason).toBe("RESERVATION_NOT_FOUND");
        await set(scene, id, 2, []);
        expect(await set(scene, id, 1, [[a, 1]])).toMatchObject({ generation: 2, items: [] });
      }
      await set(scene, uuidV7(6 * DAY_MS), 1, [[a, 1]]);
      expect(await stockOf(scene, a)).toBe(4);
    });

    test("a product deleted since counts as released, and its successor gets nothing", async () => {
      const [a, b] = [await productWith(scene, 5), await productWith(scene, 5)];
      const id = uuidV7();
      await set(scene, id, 1, [
        [a, 2],
        [b, 2],
      ]);
      await scene.products.deleteProduct({ id: a });
      await scene.products.deleteProduct({ id: b });
      await productWith(scene, 7, a);
      await set(scene, id, 2, []);
      expect(await stockOf(scene, a)).toBe(7);
      expect(await get(scene, id)).toMatchObject({ generation: 2, outcome: ReservationOutcome.ACCEPTED, items: [] });
    });

    test("a line of a dead incarnation counts as nothing only when it changes", async () => {
      const [a, b] = [await productWith(scene, 5), await productWith(scene, 5)];
      const id = uuidV7();
      await set(scene, id, 1, [[a, 4]]);
      await scene.products.deleteProduct({ id: a });
      await productWith(scene, 3, a);
      await set(scene, id, 2, [
        [a, 4],
        [b, 1],
      ]);
      expect(await stockOf(scene, a)).toBe(3);
      expect(await failureOf(set(scene, id, 3, [[a, 5]]))).toMatchObject({
        preconditions: [`OUT_OF_STOCK products/${a}: 5 wanted, 3 left`],
      });
      await set(scene, id, 4, [[a, 3]]);
      expect([await stockOf(scene, a), await stockOf(scene, b)]).toEqual([0, 5]);
      await set(scene, id, 5, []);
      expect(await stockOf(scene, a)).toBe(3);
    });

    test("a release lifts stock above 2^31-1 if need be, and it can be taken away again", async () => {
      const max = 2 ** 31 - 1;
      const a = await productWith(scene, max);
      const id = uuidV7();
      await set(scene, id, 1, [[a, 10]]);
      await scene.inventory.adjustStock({ productId: a, delta: 10 });
      await set(scene, id, 2, []);
      expect(await stockOf(scene, a)).toBe(max);
      expect((await failureOf(scene.inventory.adjustStock({ productId: a, delta: 1 }))).reason).toBe("INVALID_FIELDS");
      await scene.inventory.adjustStock({ productId: a, delta: -5 });
      await scene.inventory.adjustStock({ productId: a, delta: -6 });
      expect(await stockOf(scene, a)).toBe(max - 1);
    });

    test("tells every field at fault at once", async () => {
      const items = [
        { productId: "fine", quantity: 0 },
        { productId: "x y", quantity: 10_001 },
      ];
      const failure = await failureOf(scene.inventory.setReservation({ reservationId: "r", generation: 0, items }));
      expect(failure.reason).toBe("INVALID_FIELDS");
      expect(failure.fields).toEqual([
        "generation",
        "items[0].quantity",
        "items[1].product_id",
        "items[1].quantity",
        "reservation_id",
      ]);
    });

    test.each<[string, Items]>([
      [
        "a product twice",
        [
          ["a", 1],
          ["a", 1],
        ],
      ],
      ["101 products", Array.from({ length: 101 }, (_, i) => [`p${i}`, 1])],
    ])("%s is INVALID_FIELDS", async (_, items) => {
      expect(await failureOf(set(scene, uuidV7(), 1, items))).toMatchObject({
        reason: "INVALID_FIELDS",
        fields: ["items"],
      });
    });

    test("what comes in while a reservation waits for the shelf is taken into account", async () => {
      const a = await productWith(scene, 0);
      const restock = `WITH more AS (UPDATE products SET in_stock = in_stock + 10 WHERE id = '${a}' RETURNING key)
        INSERT INTO stock_movements (product_key, delta, kind) SELECT key, 10, 'adjustment' FROM more`;
      let waiting: Promise<unknown> | undefined;
      await holding(
        scene.databaseUrl,
        restock,
        async (waiters) => {
          waiting = set(scene, uuidV7(), 1, [[a, 6]]);
          await waiters(1);
        },
        "commit",
      );
      await waiting;
      expect(await stockOf(scene, a)).toBe(4);
    });

    test("fifty at once never oversell", async () => {
      const [a, b] = [await productWith(scene, 30), await productWith(scene, 40)];
      const wishes = Array.from({ length: 50 }, () => [uuidV7(), 1 + Math.floor(Math.random() * 2)] as const);
      const outcomes = await Promise.allSettled(
        wishes.map(([id, quantity]) =>
          set(scene, id, 1, [
            [a, quantity],
            [b, 1],
          ]),
        ),
      );
      const sold = wishes.filter((_, i) => outcomes[i]?.status === "fulfilled");
      const soldOfA = sold.reduce((sum, [, quantity]) => sum + quantity, 0);
      expect(await stockOf(scene, a)).toBe(30 - soldOfA);
      expect(await stockOf(scene, b)).toBe(40 - sold.length);
      for (const outcome of outcomes.filter((each) => each.status === "rejected")) {
        expect((await failureOf(Promise.reject(outcome.reason))).reason).toBe("OUT_OF_STOCK");
      }
      expect(soldOfA).toBeGreaterThanOrEqual(29);
    });

    test("products asked for in opposite orders do not deadlock", async () => {
      const ids = await Promise.all(Array.from({ length: 5 }, () => productWith(scene, 10_000)));
      const wish: Items = ids.map((id) => [id, 1]);
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => set(scene, uuidV7(), 1, i % 2 === 0 ? wish : [...wish].reverse())),
      );
      for (const id of ids) expect(await stockOf(scene, id)).toBe(10_000 - 40);
    });

    test("one wish sent many times at once is done once", async () => {
      const a = await productWith(scene, 10);
      const id = uuidV7();
      const answers = await Promise.all(Array.from({ length: 10 }, () => set(scene, id, 1, [[a, 3]])));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await stockOf(scene, a)).toBe(7);
    });
  });

  describe("GetReservation", () => {
    test("an unknown id is NOT_FOUND", async () => {
      const id = uuidV7();
      expect(await failureOf(get(scene, id))).toMatchObject({
        code: "NotFound",
        reason: "RESERVATION_NOT_FOUND",
        resources: [`reservations/${id}`],
      });
    });

    test("an id that is no UUID is INVALID_FIELDS", async () => {
      expect(await failureOf(get(scene, "1"))).toMatchObject({ reason: "INVALID_FIELDS", fields: ["reservation_id"] });
    });
  });
});
