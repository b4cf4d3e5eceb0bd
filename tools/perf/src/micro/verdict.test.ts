import { expect, test } from "@jest/globals";
import type { Round } from "../peers/measure/rounds.ts";
import { compared } from "./verdict.ts";

const rounds = (rates: readonly number[], cpuMicros: number): readonly Round[] =>
  rates.map((perSecond) => ({ perSecond, cpuMicros, p50Ms: 1, p99Ms: 1, generatorCores: 0.5 }));

const series = new Map([
  ["base", rounds([1_000, 2_000, 4_000], 20)],
  ["ours", rounds([900, 1_000, 3_000], Number.NaN)],
]);

test("two sides are compared round by round; what is not known of one is left out", () => {
  const { ratio, text } = compared(series, "JSON", "ours", "base");
  expect(ratio).toEqual({ median: 0.75, least: 0.5, most: 0.9 });
  expect(text).toBe("JSON 0.75 (0.50..0.90): 1,000/s, base 2,000/s at 20.0 µs");
});
