import { afterAll, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { redisAvailable, startRedis } from "@skyport/testing";
import { RedisStore } from "../src/redis/redis-store.ts";
import { NO_LOGGER, NO_METRICS } from "../src/telemetry.ts";
import { Admin } from "./redis-world.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

/** Longer than anything else here takes, so that what does not wait for it is seen not to. */
const SETTLING_MS = 1_000;

suite("a namespace that readers may not have noticed yet", () => {
  const redis = startRedis();
  afterAll(async () => (await redis).stop());

  test.each(["intend", "release"] as const)(
    "confirms no %s before its predecessor is trusted by nobody",
    async (what) => {
      const { url } = await redis;
      using admin = await Admin.connect(url);
      await admin.run("FLUSHALL");
      await using resources = new AsyncDisposableStack();
      const store = await RedisStore.open({
        url,
        callTimeoutMs: 5_000,
        connectTimeoutMs: 5_000,
        databaseIdentity: async () => "system:1:1",
        logger: NO_LOGGER,
        metrics: NO_METRICS,
        leaseMs: 10_000,
        quarantineMs: 0,
        settlingMs: SETTLING_MS,
      });
      resources.defer(() => store.close());
      await (what === "intend"
        ? store.intend(["row:a"], "token", 10_000, Deadline.after(10_000))
        : store.release([{ key: "row:a" }], "token", Deadline.after(10_000)));
      const [seconds = 0, micros = 0] = String(await admin.run("TIME"))
        .split(",")
        .map(Number);
      const guards = await admin.guards();
      expect(guards).toHaveLength(1);
      const since = Number.parseInt(guards[0] ?? "", 10);
      expect(seconds * 1_000 + micros / 1_000 - since).toBeGreaterThanOrEqual(SETTLING_MS);
    },
  );
});
