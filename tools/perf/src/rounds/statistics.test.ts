import { describe, expect, test } from "@jest/globals";
import { median, noiseOf, ratioOf, summaryOf } from "./statistics.ts";

describe("statistics of rounds", () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])("the median of %j is %d", (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  test("a summary holds the ends", () => {
    expect(summaryOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
  });

  test("a ratio is made round by round", () => {
    // The machine was twice as slow in the second round, for both.
    expect(ratioOf([90, 40, 80], [100, 50, 100])).toEqual({ median: 0.8, least: 0.8, most: 0.9 });
    expect(() => ratioOf([1], [1, 2])).toThrow(RangeError);
    expect(() => ratioOf([], [])).toThrow(RangeError);
  });

  test("noise is how far neighbours are apart, either way", () => {
    expect(noiseOf([100, 110, 100])).toBeCloseTo(0.1, 10);
    expect(noiseOf([100, 100], [50, 55], [10, 12])).toBeCloseTo(0.1, 10);
    expect(noiseOf([100])).toBe(0);
    expect(noiseOf([])).toBe(0);
  });
});
