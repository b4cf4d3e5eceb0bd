import { expect, test } from "@jest/globals";
import { noiseBetween, type Round, ratesOf, type Series } from "./rounds.ts";

const rounds = (...rates: readonly number[]): readonly Round[] =>
  rates.map((perSecond) => ({ perSecond, cpuMicros: 1, p50Ms: 1, p99Ms: 1, generatorCores: 0.5 }));

const series: Series = new Map([
  ["base", rounds(1_000, 2_000, 4_000)],
  ["faster", rounds(1_100, 2_400, 3_600)],
  ["slower", rounds(800, 1_800, 3_800)],
]);

test("a side's rates are told round by round; what was not measured has none", () => {
  expect(ratesOf(series, "base")).toEqual([1_000, 2_000, 4_000]);
  expect(() => ratesOf(series, "other")).toThrow('"other"');
});

test.each(["faster", "slower"])("two series of one thing differ by the noise: %s", (again) => {
  expect(noiseBetween(series, "base", again)).toBeCloseTo(0.1);
});
