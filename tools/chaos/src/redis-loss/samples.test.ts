import { describe, expect, test } from "@jest/globals";
import { percentile, quickAgainMs, type Sample, slicesAround } from "./samples.ts";

/** A call every 10 ms; those due in the given stretch take 100 ms, the others 1 ms. */
function samples(slowFrom: number, slowTo: number): Sample[] {
  return Array.from({ length: 400 }, (_, n) => {
    const at = n * 10;
    return { at, tookMs: at >= slowFrom && at < slowTo ? 100 : 1, failure: undefined };
  });
}

describe("percentile", () => {
  test("is one of the values", () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile(values, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

test("slices lie around the moment", () => {
  const slices = slicesAround(samples(1_000, 1_100), 1_000, -100, 200, 100);
  expect(slices.map(({ fromMs, calls, p99 }) => [fromMs, calls, p99])).toEqual([
    [-100, 10, 1],
    [0, 10, 100],
    [100, 10, 1],
  ]);
});

test("calls are quick again when a whole window of them is", () => {
  expect(quickAgainMs(samples(1_000, 1_300), 1_000, 50, 500, 2_000)).toBe(300);
  expect(quickAgainMs(samples(5_000, 5_000), 1_000, 50, 500, 2_000)).toBe(0);
  expect(quickAgainMs(samples(0, 4_000), 1_000, 50, 500, 2_000)).toBeUndefined();
});
