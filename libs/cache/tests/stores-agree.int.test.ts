import { afterAll, describe, expect, test } from "@jest/globals";
import { redisAvailable, seed, startRedis } from "@skyport/testing";
import fc from "fast-check";
import { Driver, sealed } from "../src/conformance/harness.ts";
import { MemoryStore } from "../src/memory/memory-store.ts";
import { RedisStore } from "../src/redis/redis-store.ts";
import { NO_LOGGER, NO_METRICS } from "../src/telemetry.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const token = fc.constantFrom("t1", "t2", "t3");
const key = fc.constantFrom("k1", "k2");
const value = fc.constantFrom("x", "y").map((text) => sealed(text));

/** One step, done to either store; its answer is compared. */
const step = fc.oneof(
  fc.record({ op: fc.constant("look" as const), key, token }),
  fc.record({ op: fc.constant("fill" as const), key, token, value }),
  fc.record({ op: fc.constant("abandon" as const), key, token }),
  fc.record({ op: fc.constant("intend" as const), key, token }),
  fc.record({ op: fc.constant("release" as const), key, token, value: fc.option(value, { nil: undefined }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function apply(store: Driver, done: Step): Promise<unknown> {
  switch (done.op) {
    case "look":
      return store.look(done.key, done.token);
    case "fill":
      return store.fill(done.key, done.token, done.value);
    case "abandon":
      return store.abandon(done.key, done.token);
    case "intend":
      return store.intend(done.key, done.token);
    case "release":
      return store.release(done.key, done.token, done.value);
  }
}

suite("the two stores", () => {
  const started = startRedis();
  afterAll(async () => (await started).stop());
  const leaseMs = 60_000;
  const bounds = { maxEntries: 1_000, maxBytes: 1_000_000 };
  let databases = 0;

  /** Each run has a namespace of its own. */
  async function pair(quarantineMs: number): Promise<readonly Driver[]> {
    const settings = { leaseMs, quarantineMs };
    databases += 1;
    const identity = `system:${databases}:1`;
    const redis = await RedisStore.open({
      ...settings,
      url: (await started).url,
      callTimeoutMs: 5_000,
      connectTimeoutMs: 5_000,
      databaseIdentity: async () => identity,
      logger: NO_LOGGER,
      metrics: NO_METRICS,
      settlingMs: 0,
    });
    const memory = new MemoryStore({ ...settings, ...bounds });
    return [memory, redis].map(
      (store) => new Driver({ store, elapse: async () => undefined, [Symbol.asyncDispose]: () => store.close() }),
    );
  }

  test.each([
    ["", 0],
    [", in quarantine too", 60_000],
  ])("give the same answers to the same steps%s", async (_when, quarantineMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const answers = await Promise.all(
          (await pair(quarantineMs)).map(async (driver) => {
            await using store = driver;
            const given: unknown[] = [];
            for (const done of steps) given.push(await apply(store, done));
            return given;
          }),
        );
        expect(answers[1]).toEqual(answers[0]);
      }),
      { seed: seed(), numRuns: 100 },
    );
  });
});
