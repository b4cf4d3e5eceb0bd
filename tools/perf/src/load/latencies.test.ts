import { describe, expect, test } from "@jest/globals";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { Latencies } from "./latencies.ts";

function of(...values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const value of values) latencies.record(value);
  return latencies;
}

describe("latencies", () => {
  test("give percentiles within a thousandth", () => {
    const latencies = of(...Array.from({ length: 1_000 }, (_, n) => n + 1));
    expect(latencies.percentile(50)).toBeCloseTo(500, -1);
    expect(Math.abs(latencies.percentile(95) / 950 - 1)).toBeLessThan(0.002);
    expect(Math.abs(latencies.percentile(100) / 1_000 - 1)).toBeLessThan(0.002);
  });

  test("keep tenths of a millisecond, and what takes minutes", () => {
    expect(of(0.25).percentile(50)).toBeCloseTo(0.25, 3);
    expect(Math.abs(of(120_000).percentile(50) / 120_000 - 1)).toBeLessThan(0.002);
  });

  test("of nothing are not a number", () => {
    expect(of().percentile(50)).toBeNaN();
  });

  test("add up, and can be read by other tools", () => {
    const sum = of(1, 2);
    sum.add(of(3));
    expect(sum.count).toBe(3);
    expect(decodeFromCompressedBase64(sum.encode()).totalCount).toBe(3);
  });
});
