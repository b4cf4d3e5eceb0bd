import { expect, test } from "@jest/globals";
import { CACHE_COUNTERS } from "../telemetry.ts";
import { memoryWorld } from "../testkit/memory-world.ts";
import { createCacheStats } from "./stats.ts";

test("numbers are kept for each entity, and summed", () => {
  const stats = createCacheStats();
  stats.count("hit", 2, "product");
  stats.count("hit", 3, "order");
  stats.count("release", 1);
  stats.observe?.("load_ms", 4, "product");
  stats.observe?.("load_ms", 6, "order");
  expect(stats.snapshot().counts).toMatchObject({ hit: 5, release: 1, miss: 0 });
  expect(stats.snapshot("order").counts).toMatchObject({ hit: 3, release: 0 });
  expect(stats.snapshot().histograms.load_ms).toMatchObject({ count: 2, sum: 10, max: 6 });
  expect(stats.snapshot("product").histograms.load_ms).toMatchObject({ count: 1, sum: 4 });
  expect(Object.keys(stats.snapshot().counts)).toEqual([...CACHE_COUNTERS]);
});

test("the breaker is a state, and how often it was entered", () => {
  const stats = createCacheStats();
  expect(stats.snapshot().breaker).toEqual({ state: undefined, entered: { closed: 0, half_open: 0, open: 0 } });
  for (const state of ["half_open", "closed", "open", "half_open"] as const) stats.breaker(state);
  expect(stats.snapshot().breaker).toEqual({ state: "half_open", entered: { closed: 1, half_open: 2, open: 1 } });
});

test("a cache tells how long each thing took: a hit one lookup, a miss a load and a fill, a write an intent and a release", async () => {
  const stats = createCacheStats();
  const { world } = await memoryWorld({ metrics: stats, waitMs: 20 });
  await using _ = world;
  await world.write(1);
  await world.read();
  await world.read("absent");
  await world.store.lookup(["row:b"], "another process", world.deadline);
  await world.read("b");
  const { histograms, counts } = stats.snapshot();
  const measured = Object.fromEntries(Object.entries(histograms).map(([name, { count }]) => [name, count]));
  const { lookup_ms: lookups, ...others } = measured;
  expect(others).toEqual({ fill_ms: 1, intent_ms: 1, release_ms: 1, load_ms: 2, wait_ms: 1 });
  expect(lookups).toBeGreaterThanOrEqual(4);
  expect(counts).toMatchObject({ hit: 1, miss: 1, wait: 1, load: 2, fill: 1, intent: 1, release: 1 });
  expect(stats.snapshot("row").histograms.load_ms.count).toBe(2);
});
