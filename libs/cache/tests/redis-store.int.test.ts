import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe } from "@jest/globals";
import { createClient } from "@redis/client";
import { redisAvailable, startRedis } from "@skyport/testing";
import { describeStore } from "../src/conformance/index.ts";
import { RedisStore } from "../src/redis/redis-store.ts";
import { NO_LOGGER, NO_METRICS } from "../src/telemetry.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("Redis", () => {
  const redis = startRedis();
  afterAll(async () => (await redis).stop());
  let databases = 0;

  describeStore("the Redis store", async (options) => {
    const { url } = await redis;
    databases += 1;
    const identity = `system:${databases}:1`;
    const store = await RedisStore.open({
      ...options,
      url,
      callTimeoutMs: 2_000,
      connectTimeoutMs: 2_000,
      databaseIdentity: async () => identity,
      logger: NO_LOGGER,
      metrics: NO_METRICS,
      settlingMs: 0,
      decoded: { maxEntries: 100, maxBytes: 1_000_000 },
    });
    const admin = createClient({ url });
    await admin.connect();
    const now = async () => {
      const [seconds, micros] = await admin.sendCommand<[string, string]>(["TIME"]);
      return Number(seconds) * 1_000 + Number(micros) / 1_000;
    };
    return {
      store,
      async elapse(ms) {
        const end = (await now()) + ms + 1;
        while ((await now()) < end) await delay(5);
      },
      async [Symbol.asyncDispose]() {
        await store.close();
        admin.destroy();
      },
    };
  });
});
