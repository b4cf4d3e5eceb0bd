import { describe, expect, test } from "@jest/globals";
import { at, equal, holds, includes, present } from "./expect.ts";
import { Surprise } from "./surprise.ts";

describe("a check", () => {
  test("passes what is as expected", () => {
    equal("a", { n: [1, 2n] }, { n: [1, 2n] });
    includes("a", { n: 1, more: { x: [{ y: 1, z: 2 }] } }, { more: { x: [{ y: 1 }] } });
    holds("a", 3, "an odd number", true);
    expect(present("a", 0)).toBe(0);
    expect(present("a", "")).toBe("");
  });

  test("tells what was expected and what came", () => {
    expect(() => equal("stock", 9, 10)).toThrow("stock\nexpected  10\ncame      9");
    expect(() => holds("title", "x", "a longer title", false)).toThrow(
      "title\nexpected  a longer title\ncame      'x'",
    );
    expect(() => present("order", undefined)).toThrow("order\nexpected  something\ncame      undefined");
  });

  test.each([
    ["p.stock", { stock: 9 }, { stock: 10 }],
    ["p.stock", { stock: 10 }, { stock: 10n }],
    ["p.price.units", { price: { units: 1n } }, { price: { units: 2n } }],
    ["p.price", {}, { price: { units: 2n } }],
    ["p.items.length", { items: [1, 2] }, { items: [1] }],
    ["p.items[1].n", { items: [{ n: 1 }, { n: 2 }] }, { items: [{ n: 1 }, { n: 3 }] }],
    ["p.items", { items: {} }, { items: [] }],
    ["p.image", {}, { image: "a" }],
  ])("names %s, which differs", (path, came, expected) => {
    expect(() => includes("p", came, expected)).toThrow(Surprise);
    expect(() => includes("p", came, expected)).toThrow(new RegExp(`^${path.replaceAll(/[.[\]]/g, "\\$&")}\n`));
  });
});

test.each([
  ["order.lines.0.n", 1],
  ["order.lines.1.n", undefined],
  ["order.none.n", undefined],
  ["order.lines.0.n.deeper", undefined],
  ["order.toString", undefined],
])("at %s of parsed JSON", (path, value) => {
  expect(at({ order: { lines: [{ n: 1 }] } }, path)).toBe(value);
});
