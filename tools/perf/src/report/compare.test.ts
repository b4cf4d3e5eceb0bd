import { describe, expect, test } from "@jest/globals";
import { changesTable, compareFigures } from "./compare.ts";
import type { Figure } from "./document.ts";

function figure(value: number, rest: Partial<Figure> = {}): Figure {
  return { key: "GetProduct", unit: "calls/s", better: "more", noise: 0.02, value, ...rest };
}

describe("two runs", () => {
  test.each([
    ["within what runs differ by", figure(104), figure(100), "same"],
    ["faster", figure(110), figure(100), "better"],
    ["slower", figure(90), figure(100), "worse"],
    ["slower, by less than its noise", figure(90), figure(100, { noise: 0.2 }), "same"],
    ["a longer time", figure(2, { unit: "ms", better: "less" }), figure(1, { unit: "ms", better: "less" }), "worse"],
    ["half the time", figure(1, { unit: "ms", better: "less" }), figure(2, { unit: "ms", better: "less" }), "better"],
    ["one statement more", figure(3, { unit: "statements", better: "less" }), figure(2), "worse"],
  ])("%s", (_, now, before, verdict) => {
    expect(compareFigures([now], [before])).toMatchObject([{ verdict }]);
  });

  test("are compared where both have a figure", () => {
    expect(compareFigures([figure(1, { key: "new" })], [figure(1, { key: "old" })])).toEqual([]);
    expect(compareFigures([figure(Number.NaN)], [figure(1)])).toEqual([]);
  });

  test("show what changed first", () => {
    const before = [figure(100, { key: "a" }), figure(100, { key: "b" })];
    const now = [figure(100, { key: "a" }), figure(50, { key: "b" })];
    expect(changesTable(compareFigures(now, before)).rows).toEqual([
      ["b (calls/s)", "100", "50.0", "-50.0 %", "5.0 %", "WORSE"],
      ["a (calls/s)", "100", "100", "0.0 %", "5.0 %", ""],
    ]);
  });
});
