import { expect, test } from "@jest/globals";
import { Driver, sealed } from "../conformance/harness.ts";
import { describeStore, type HarnessOptions } from "../conformance/index.ts";
import { FakeClock } from "../testkit/fake-clock.ts";
import { MemoryStore } from "./memory-store.ts";

function make(options: HarnessOptions, bounds = { maxEntries: 1_000, maxBytes: 1_000_000 }) {
  const clock = new FakeClock();
  const store = new MemoryStore({ ...options, ...bounds, clock });
  return {
    store,
    elapse: async (ms: number) => clock.advance(ms + 1),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

describeStore("the in-process store", async (options) => make(options));

const settings = { leaseMs: 10_000, quarantineMs: 0 };

test("pressure evicts values, never an intent or a lease", async () => {
  const harness = make(settings, { maxEntries: 3, maxBytes: 1_000_000 });
  const store = new Driver(harness);
  await store.intend("w", "writer");
  await store.look("l", "reader");
  for (let n = 0; n < 100; n += 1) await store.put(`k${n}`, "1");
  expect(harness.store.size).toEqual({ values: 3, marks: 2 });
  expect(await store.look("w")).toBe("writing");
  expect(await store.fill("l", "reader", sealed("1"))).toBe(true);
});

test("values are bounded by their bytes too, and one that is too large is not kept", async () => {
  const harness = make(settings, { maxEntries: 1_000, maxBytes: 500 });
  const store = new Driver(harness);
  for (let n = 0; n < 10; n += 1) await store.put(`k${n}`, "x".repeat(90));
  expect(harness.store.size).toEqual({ values: 5, marks: 0 });
  await store.put("k9", "y".repeat(600));
  await store.intend("k9", "a");
  await store.release("k9", "a", sealed("z".repeat(600)));
  expect(await store.peek("k9")).toBe("leased");
});

test("nothing is left of leases and intents that are over", async () => {
  const harness = make(settings);
  const store = new Driver(harness);
  await store.look("a", "reader");
  await store.abandon("a", "reader");
  await store.intend("b", "writer");
  await store.release("b", "writer");
  await store.look("c", "reader");
  await harness.elapse(20_000);
  await store.abandon("c", "reader");
  expect(harness.store.size).toEqual({ values: 0, marks: 0 });
});
