import { expect, test } from "@jest/globals";
import { describeHoldings, differencesBetween, holdingsKey, holdingsOf } from "./holdings.ts";

const held = (entries: Readonly<Record<string, number>>) => new Map(Object.entries(entries));

test("lines of one product are added up, and those of nothing are left out", () => {
  const lines = [
    { productId: "a", quantity: 1 },
    { productId: "b", quantity: 0 },
    { productId: "a", quantity: 2 },
  ];
  expect(holdingsOf(lines)).toEqual(held({ a: 3 }));
});

test("the key is equal exactly when the holdings are, in whatever order", () => {
  expect(holdingsKey(held({ a: 1, b: 2 }))).toBe(holdingsKey(held({ b: 2, a: 1 })));
  const others = [held({}), held({ a: 1 }), held({ a: 12 }), held({ a: 1, b: 2 }), held({ "a-b": 1 }), held({ b: 1 })];
  expect(new Set(others.map(holdingsKey)).size).toBe(others.length);
});

test("differences name each product that is not the same on both sides", () => {
  expect(differencesBetween(held({ a: 1, b: 2, c: 3 }), held({ b: 2, c: 4, d: 1 }))).toEqual([
    { productId: "a", ordered: 1, held: 0 },
    { productId: "c", ordered: 3, held: 4 },
    { productId: "d", ordered: 0, held: 1 },
  ]);
  expect(differencesBetween(held({ a: 1 }), held({ a: 1 }))).toEqual([]);
});

test("people read product and quantity", () => {
  expect(describeHoldings(held({ ship: 2, boat: 1 }))).toBe("boat 1, ship 2");
  expect(describeHoldings(held({}))).toBe("nothing");
});
