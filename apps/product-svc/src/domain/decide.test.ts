import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Case, decideInOrder, foregoneAnswer, isRepeat, productsOf, type Shelf } from "./decide.ts";
import { fingerprintOf, type HeldItem, type Reservation } from "./reservation.ts";

const NOW_MS = Date.UTC(2026, 0, 1);
const NOW = BigInt(NOW_MS) * 1000n;

function idMadeAt(ms: number, last: number): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${last.toString().padStart(12, "0")}`;
}

let counter = 0;

function caseOf(
  items: Readonly<Record<string, number>>,
  held: Partial<Reservation> = {},
  generation = (held.generation ?? 0) + 1,
): Case {
  const id = idMadeAt(NOW_MS, ++counter);
  const reservation = { id, generation: 0, items: [], decisions: [], createTime: NOW, updateTime: NOW, ...held };
  const wanted = Object.entries(items).map(([productId, quantity]) => ({ productId, quantity }));
  return { wish: { id: reservation.id, generation, items: wanted }, held: reservation, now: NOW };
}

const shelves = (stock: Readonly<Record<string, number>>) =>
  new Map(Object.entries(stock).map(([id, inStock], at): [string, Shelf] => [id, { key: BigInt(at + 1), inStock }]));

const heldOf = (productId: string, quantity: number, productKey: bigint): HeldItem => ({
  productId,
  quantity,
  productKey,
});

describe("decideInOrder", () => {
  test("each wish finds what the ones before have left", () => {
    const verdicts = decideInOrder(
      [caseOf({ a: 3 }), caseOf({ a: 3 }), caseOf({ a: 2 }), caseOf({ a: 1 })],
      shelves({ a: 5 }),
    );
    expect(verdicts.map(({ refusal }) => refusal)).toEqual([
      undefined,
      [{ productId: "a", wanted: 3, inStock: 2 }],
      undefined,
      [{ productId: "a", wanted: 1, inStock: 0 }],
    ]);
    expect(verdicts.map(({ movements }) => movements.map(({ delta }) => delta))).toEqual([[-3], [], [-2], []]);
  });

  test("what one gives back, the next one can have", () => {
    const held = { generation: 4, items: [heldOf("a", 5, 1n)] };
    const [first, second] = decideInOrder([caseOf({ a: 1 }, held), caseOf({ a: 4 })], shelves({ a: 0 }));
    expect(first?.movements).toEqual([{ productId: "a", productKey: 1n, delta: 4 }]);
    expect(second?.refusal).toBeUndefined();
  });

  test("is all or nothing, and keeps the refusal", () => {
    const [verdict] = decideInOrder([caseOf({ a: 1, b: 2, c: 1 })], shelves({ a: 5, b: 1 }));
    const refusal = [
      { productId: "b", wanted: 2, inStock: 1 },
      { productId: "c", wanted: 1, inStock: undefined },
    ];
    expect(verdict).toMatchObject({ refusal, movements: [], reservation: { generation: 1, items: [] } });
    expect(verdict?.reservation.decisions).toEqual([
      { generation: 1, refusal, fingerprint: fingerprintOf(verdict?.wish.items ?? []) },
    ]);
  });

  test("what is held of a dead incarnation is not given back to the living one", () => {
    const held = { generation: 1, items: [heldOf("a", 3, 9n), heldOf("gone", 2, 8n)] };
    const [released, changed] = decideInOrder([caseOf({}, held), caseOf({ a: 2 }, held)], shelves({ a: 4 }));
    expect(released).toMatchObject({ refusal: undefined, movements: [], reservation: { items: [] } });
    expect(changed?.movements).toEqual([{ productId: "a", productKey: 1n, delta: -2 }]);
    expect(changed?.reservation.items).toEqual([heldOf("a", 2, 1n)]);
  });

  test("the time of a reservation never goes back", () => {
    const later = NOW + 5n;
    const [old, ahead] = decideInOrder([caseOf({}, { updateTime: 1n }), caseOf({}, { updateTime: later })], new Map());
    expect([old?.reservation.updateTime, ahead?.reservation.updateTime]).toEqual([NOW, later]);
  });

  test("whatever is asked for, stock is moved, never made, and never below zero", () => {
    const ids = ["a", "b", "c"];
    const items = fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: 1, max: 6 }));
    const stock = fc.record({ a: fc.nat({ max: 9 }), b: fc.nat({ max: 9 }) });
    fc.assert(
      fc.property(fc.array(items, { maxLength: 8 }), stock, (wishes, left) => {
        const verdicts = decideInOrder(
          wishes.map((wish) => caseOf(wish)),
          shelves(left),
        );
        for (const [id, inStock] of Object.entries(left)) {
          const moved = verdicts.flatMap(({ movements }) => movements.filter(({ productId }) => productId === id));
          const held = verdicts.flatMap(({ reservation }) => reservation.items.filter((item) => item.productId === id));
          const taken = held.reduce((sum, { quantity }) => sum + quantity, 0);
          expect(moved.reduce((sum, { delta }) => sum - delta, 0)).toBe(taken);
          expect(inStock - taken).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe("foregoneAnswer", () => {
  const decisions = [
    { generation: 1, fingerprint: fingerprintOf([{ productId: "a", quantity: 1 }]) },
    { generation: 2, fingerprint: fingerprintOf([]), refusal: [{ productId: "a", wanted: 1, inStock: 0 }] },
  ];
  const held = { generation: 2, decisions };

  test("a new generation has none", () => {
    expect(foregoneAnswer(caseOf({ a: 1 }))).toBeUndefined();
    expect(foregoneAnswer(caseOf({ a: 1 }, held))).toBeUndefined();
    expect(isRepeat(caseOf({ a: 1 }, held))).toBe(false);
  });

  test("a repeat gets what was decided, and what holds now", () => {
    const again = caseOf({}, held, 2);
    expect(isRepeat(again)).toBe(true);
    expect(foregoneAnswer(again)).toEqual({ reservation: again.held, refusal: decisions[1]?.refusal });
    const late = caseOf({ a: 1 }, held, 1);
    expect(foregoneAnswer(late)).toEqual({ reservation: late.held, refusal: undefined });
  });

  test("a repeat whose decision is forgotten gets what holds now", () => {
    const late = caseOf({ b: 7 }, { generation: 40, decisions: [] }, 3);
    expect(foregoneAnswer(late)).toEqual({ reservation: late.held, refusal: undefined });
  });

  test("other content under a decided generation is REQUEST_ID_REUSED", () => {
    expect(foregoneAnswer(caseOf({ a: 2 }, held, 1))).toMatchObject({ error: { reason: "REQUEST_ID_REUSED" } });
  });

  test("an old id cannot begin by the database's time, and can be released", () => {
    const week = 8n * 24n * 3_600_000_000n;
    const young = caseOf({ a: 1 });
    const old = { ...young, now: NOW + week };
    expect(foregoneAnswer(young)).toBeUndefined();
    expect(foregoneAnswer(old)).toMatchObject({ error: { reason: "INVALID_FIELDS" } });
    expect(foregoneAnswer({ ...old, wish: { ...old.wish, items: [] } })).toBeUndefined();
  });
});

test("productsOf names what is held and what is wanted", () => {
  expect(productsOf(caseOf({ a: 1 }, { items: [heldOf("b", 1, 1n)] })).toSorted()).toEqual(["a", "b"]);
});
