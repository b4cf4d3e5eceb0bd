import { describe, expect, test } from "@jest/globals";
import { median, noiseOf, ratioOf } from "./statistics.ts";

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
  [[], Number.NaN],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

describe("a ratio", () => {
  test("compares each round with its neighbour, whatever became of the machine in between", () => {
    expect(ratioOf([50, 5, 20], [100, 10, 100])).toEqual({ median: 0.5, least: 0.2, most: 0.5 });
  });

  test.each([
    [[1], [1, 2]],
    [[], []],
  ])("of %j and %j is refused", (series, base) => {
    expect(() => ratioOf(series, base)).toThrow(RangeError);
  });

  test("of two series of the same is the noise, whichever is faster", () => {
    expect(noiseOf([100, 100, 100], [110, 120, 90])).toBeCloseTo(0.1);
    expect(noiseOf([100, 100, 100], [80, 90, 95])).toBeCloseTo(0.1);
  });
});
