import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Histogram } from "./histogram.ts";

const durations = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function recorded(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test("quantiles are at most a fifth too high, and never above the maximum", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const { count, max, p50, p90, p99 } = recorded(values).summary();
      const sorted = values.toSorted((a, b) => a - b);
      expect(count).toBe(values.length);
      expect(max).toBe(sorted.at(-1));
      for (const [share, told] of [
        [0.5, p50],
        [0.9, p90],
        [0.99, p99],
      ] as const) {
        const exact = sorted[Math.ceil(share * values.length) - 1] ?? 0;
        expect(told).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(told).toBeLessThanOrEqual(Math.max(exact * 1.2, 0.01));
      }
    }),
  );
});

test("two added are as one that recorded all", () => {
  const both = recorded([1, 2, 3]);
  both.add(recorded([100, 0]));
  expect(both.summary()).toEqual(recorded([1, 2, 3, 100, 0]).summary());
});

test("nothing recorded is all zeros; hours fall into the last bucket", () => {
  expect(new Histogram().summary()).toEqual({ count: 0, sum: 0, max: 0, p50: 0, p90: 0, p99: 0 });
  expect(recorded([1e9]).summary()).toMatchObject({ count: 1, max: 1e9 });
});
