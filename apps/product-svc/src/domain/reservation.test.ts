import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  changesBetween,
  type Decision,
  decisionOn,
  fingerprintOf,
  type HeldItem,
  itemsAfter,
  KEPT_DECISIONS,
  type Reservation,
  refusalError,
  shortagesAmong,
  type WantedItem,
  withDecision,
} from "./reservation.ts";

const IDS = ["a", "b", "B", "c~1", "z"];
const quantity = fc.integer({ min: 1, max: 10 });
const anyWanted: fc.Arbitrary<WantedItem[]> = fc.uniqueArray(
  fc.record({ productId: fc.constantFrom(...IDS), quantity }),
  { selector: (item) => item.productId },
);
const anyHeld: fc.Arbitrary<HeldItem[]> = fc.uniqueArray(
  fc.record({ productId: fc.constantFrom(...IDS), quantity, productKey: fc.bigInt({ min: 1n, max: 3n }) }),
  { selector: (item) => item.productId },
);
/** A shelf for each product that exists. */
const anyShelves = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(...IDS),
      fc.record({ key: fc.bigInt({ min: 1n, max: 3n }), inStock: fc.integer({ min: 0, max: 15 }) }),
    ),
    { selector: ([id]) => id },
  )
  .map((entries) => new Map(entries));

const quantities = (items: readonly WantedItem[]) => new Map(items.map((item) => [item.productId, item.quantity]));

describe("changesBetween", () => {
  test("names the lines that differ, in order of id", () => {
    fc.assert(
      fc.property(anyHeld, anyWanted, (held, wanted) => {
        const changes = changesBetween(held, wanted);
        const ids = changes.map((change) => change.productId);
        expect(ids).toEqual([...new Set(ids)].sort());
        const before = quantities(held);
        const after = quantities(wanted);
        const differing = IDS.filter((id) => (before.get(id) ?? 0) !== (after.get(id) ?? 0));
        expect(new Set(ids)).toEqual(new Set(differing));
        for (const change of changes) expect(change.wanted).toBe(after.get(change.productId) ?? 0);
      }),
    );
  });

  test("what is wanted already changes nothing", () => {
    fc.assert(fc.property(anyHeld, (held) => expect(changesBetween(held, held)).toEqual([])));
  });
});

describe("shortagesAmong", () => {
  test("tells exactly the products that cannot be given", () => {
    fc.assert(
      fc.property(anyHeld, anyWanted, anyShelves, (held, wanted, shelves) => {
        const changes = changesBetween(held, wanted);
        const short = new Map(shortagesAmong(changes, shelves).map((shortage) => [shortage.productId, shortage]));
        for (const change of changes) {
          const shelf = shelves.get(change.productId);
          const own = change.held?.productKey === shelf?.key ? (change.held?.quantity ?? 0) : 0;
          const given = shelf === undefined ? change.wanted === 0 : change.wanted - own <= shelf.inStock;
          expect(short.has(change.productId)).toBe(!given);
          expect(short.get(change.productId)?.inStock).toBe(given ? undefined : shelf?.inStock);
        }
      }),
    );
  });

  test("what is held of this incarnation counts, what is held of a dead one does not", () => {
    const changes = changesBetween(
      [{ productId: "a", productKey: 1n, quantity: 4 }],
      [{ productId: "a", quantity: 9 }],
    );
    expect(shortagesAmong(changes, new Map([["a", { key: 1n, inStock: 5 }]]))).toEqual([]);
    expect(shortagesAmong(changes, new Map([["a", { key: 2n, inStock: 5 }]]))).toEqual([
      { productId: "a", wanted: 9, inStock: 5 },
    ]);
  });

  test("releasing a product that is gone is no shortage", () => {
    const changes = changesBetween([{ productId: "a", productKey: 1n, quantity: 4 }], []);
    expect(shortagesAmong(changes, new Map())).toEqual([]);
  });
});

describe("itemsAfter", () => {
  test("holds what was wanted, in order of id; unchanged lines keep their incarnation", () => {
    fc.assert(
      fc.property(anyHeld, anyWanted, (held, wanted) => {
        const changes = changesBetween(held, wanted);
        const shelves = new Map(IDS.map((id) => [id, { key: 9n }]));
        const after = itemsAfter(held, changes, shelves);
        expect(quantities(after)).toEqual(quantities(wanted));
        expect(after.map((item) => item.productId)).toEqual(after.map((item) => item.productId).sort());
        const changed = new Set(changes.map((change) => change.productId));
        const keyBefore = new Map(held.map((item) => [item.productId, item.productKey]));
        for (const { productId, productKey } of after) {
          expect(productKey).toBe(changed.has(productId) ? 9n : keyBefore.get(productId));
        }
      }),
    );
  });
});

describe("fingerprintOf", () => {
  test("is equal exactly when the items are, in whatever order", () => {
    fc.assert(
      fc.property(anyWanted, anyWanted, (one, other) => {
        const same = JSON.stringify([...quantities(one)].sort()) === JSON.stringify([...quantities(other)].sort());
        expect(fingerprintOf(one) === fingerprintOf(other)).toBe(same);
        expect(fingerprintOf([...one].reverse())).toBe(fingerprintOf(one));
      }),
    );
  });

  test("stays short, since a reservation keeps one for each decision", () => {
    const items = Array.from({ length: 100 }, (_, i) => ({ productId: `${"x".repeat(120)}${i}`, quantity: 10_000 }));
    expect(fingerprintOf(items).length).toBeLessThan(100);
  });
});

describe("decisions", () => {
  const decision = (generation: number): Decision => ({ generation, fingerprint: `f${generation}` });
  const reservation = (decisions: readonly Decision[]): Reservation => ({
    id: "0199f5a0-0000-7000-8000-000000000000",
    generation: decisions.at(-1)?.generation ?? 0,
    items: [],
    decisions,
    createTime: 0n,
    updateTime: 0n,
  });

  test("the newest are kept, and found by their generation", () => {
    let kept: Decision[] = [];
    for (let generation = 1; generation <= KEPT_DECISIONS + 5; generation++) {
      kept = withDecision(kept, decision(generation));
    }
    expect(kept).toHaveLength(KEPT_DECISIONS);
    expect(decisionOn(reservation(kept), 5)).toBeUndefined();
    expect(decisionOn(reservation(kept), 6)).toEqual(decision(6));
    expect(decisionOn(reservation(kept), KEPT_DECISIONS + 5)).toEqual(decision(KEPT_DECISIONS + 5));
    expect(decisionOn(reservation(kept), KEPT_DECISIONS + 6)).toBeUndefined();
  });
});

describe("refusalError", () => {
  test("only missing products: NOT_FOUND with a resource each", () => {
    const error = refusalError([
      { productId: "a", wanted: 1, inStock: undefined },
      { productId: "b", wanted: 2, inStock: undefined },
    ]);
    expect(error.reason).toBe("PRODUCT_NOT_FOUND");
    expect(error.details.resources?.map((resource) => resource.name)).toEqual(["products/a", "products/b"]);
  });

  test("short and missing ones: OUT_OF_STOCK with both kinds, and what is left", () => {
    const error = refusalError([
      { productId: "a", wanted: 3, inStock: 2 },
      { productId: "b", wanted: 1, inStock: undefined },
    ]);
    expect(error.reason).toBe("OUT_OF_STOCK");
    expect(error.details.preconditions).toEqual([
      { type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 2 left" },
      { type: "PRODUCT_NOT_FOUND", subject: "products/b", description: expect.any(String) },
    ]);
  });
});
