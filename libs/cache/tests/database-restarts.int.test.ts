import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  eventually,
  redisAvailable,
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestRedis,
} from "@skyport/testing";
import { Instance } from "./support/instance.ts";
import { judge } from "./support/judge.ts";
import { Recorder } from "./support/recorder.ts";
import { createTable } from "./support/table.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const KEYS = ["a", "b"] as const;
const DEADLINE_MS = 2_000;
/** Between two writes of an instance: refused ones would come without a pause else, and let nothing else run. */
const PAUSE_MS = 5;

suite("a database that restarts while rows are written", () => {
  let postgres: TestPostgres;
  let redis: TestRedis;
  let instances: readonly Recorder[];
  let writing: { readonly stop: AbortController; readonly done: Promise<unknown> };
  let writes = 0;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    await createTable(postgres.url);
    const options = { redisUrl: redis.url, databaseUrl: postgres.url };
    instances = await Promise.all(
      ["one", "two"].map(async (label) => new Recorder(label, await Instance.open(options))),
    );
    const stop = new AbortController();
    const loop = async (recorder: Recorder): Promise<void> => {
      for (let n = 0; !stop.signal.aborted; n += 1) {
        const order = n % 2 === 0 ? KEYS : KEYS.toReversed();
        // Both rows in one transaction in one order only: two orders would lock each other out.
        const keys = n % 3 === 0 ? KEYS : order.slice(0, 1);
        const { outcome } = await recorder.put(keys, `${recorder.process}-${n}`, { deadlineMs: DEADLINE_MS });
        if (outcome === "acknowledged") writes += 1;
        await pause(PAUSE_MS);
      }
    };
    writing = { stop, done: Promise.all(instances.map(loop)) };
    for (const recorder of instances) for (const key of KEYS) recorder.watch(key, DEADLINE_MS);
    await writesGoOn();
  });
  afterAll(async () => {
    for (const { instance } of instances) await instance.close();
    await postgres.stop();
    await redis.stop();
  });

  async function writesGoOn(): Promise<void> {
    const before = writes;
    await eventually(() => writes > before + 10, { withinMs: 20_000 });
  }

  test.each([
    ["in order", () => postgres.restart({ mode: "fast" })],
    ["as by a crash", () => postgres.restart({ mode: "immediate" })],
    ["after SIGKILL of all its processes", () => postgres.kill().then(() => postgres.restart())],
  ])("%s: writes fail with a reason, and work again", async (_, restart) => {
    await restart();
    await writesGoOn();
  });

  test("nobody has read anything old meanwhile, no call has hung, and rows are cached again", async () => {
    writing.stop.abort();
    await writing.done;
    for (const key of KEYS) {
      for (const recorder of instances) await recorder.unwatch(key);
      for (const { instance } of instances) await eventually(() => instance.isCached(key));
      expect(judge(key, ...instances)).toEqual([]);
    }
  });
});
