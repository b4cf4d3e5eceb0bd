import { expect, test } from "@jest/globals";
import { alternate, type Round, ratesOf, type Side } from "./rounds.ts";

function sides(names: readonly string[]): { readonly all: readonly Side[]; readonly runs: string[] } {
  const runs: string[] = [];
  const all = names.map((name) => ({
    name,
    run: async (seconds: number): Promise<Round> => {
      runs.push(`${name} ${seconds}`);
      return { perSecond: runs.length, cpuMicros: 1, p50Ms: 1, p99Ms: 1, generatorCores: 0.5 };
    },
  }));
  return { all, runs };
}

test("sides are warmed up, then take turns, every other round backwards; progress ends at all of it", async () => {
  const { all, runs } = sides(["a", "b"]);
  const shares: number[] = [];
  const progress = { show: (share: number) => shares.push(share) };
  const series = await alternate(all, { rounds: 3, seconds: 2, warmUpSeconds: 1 }, progress);
  expect(runs).toEqual(["a 1", "b 1", "a 2", "b 2", "b 2", "a 2", "a 2", "b 2"]);
  // The warm-up's rates are no part of it.
  expect(ratesOf(series, "a")).toEqual([3, 6, 7]);
  expect(ratesOf(series, "b")).toEqual([4, 5, 8]);
  expect(shares).toEqual(shares.toSorted((x, y) => x - y));
  expect(shares.at(-1)).toBe(1);
});

test("what was not measured has no rates", async () => {
  const { all } = sides(["a"]);
  const series = await alternate(all, { rounds: 1, seconds: 1, warmUpSeconds: 0 }, { show: () => undefined });
  expect(() => ratesOf(series, "b")).toThrow('"b"');
});
