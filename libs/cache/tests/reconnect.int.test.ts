import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createLink, eventually, type Link, redisAvailable, startRedis, type TestRedis } from "@skyport/testing";
import { backoffMs } from "../src/redis/backoff.ts";
import { Register } from "../src/testkit/register.ts";
import { RedisWorld } from "./redis-world.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const INSTANCES = 8;
const CALLERS = 50;

/** How many attempts one instance may make in this time, when chance makes each pause as short as can be. */
function attemptsWithin(ms: number): number {
  let attempts = 1;
  for (let passed = 0; passed < ms; attempts += 1) passed += backoffMs(attempts - 1, () => 0);
  return attempts;
}

suite("instances whose Redis restarts", () => {
  let redis: TestRedis;
  let link: Link;
  let register: Register;
  let worlds: readonly RedisWorld[];
  beforeEach(async () => {
    redis = await startRedis();
    link = await createLink({ port: redis.port });
    register = new Register();
    const url = link.through(redis.url);
    worlds = await Promise.all(Array.from({ length: INSTANCES }, () => RedisWorld.make(url, { register })));
  });
  afterEach(async () => {
    for (const world of worlds) await world.cache.close();
    await link.close();
    await redis.stop();
  });

  const inUse = async (): Promise<void> => {
    for (const world of worlds) expect(await world.hits()).toBe(true);
  };

  test("try again no oftener than their pauses allow, however many callers they have, and come back with one connection each", async () => {
    await worlds[0]?.write(1);
    await eventually(inUse);
    expect(link.connections).toBe(INSTANCES);
    const before = link.accepted;
    const start = performance.now();
    await redis.kill();
    const reading = new AbortController();
    const callers = worlds.map(async (world) => {
      while (!reading.signal.aborted) {
        await Promise.all(Array.from({ length: CALLERS }, () => world.read()));
        await pause(1);
      }
    });
    await eventually(() => link.accepted - before >= INSTANCES * 5);
    const allowed = INSTANCES * attemptsWithin(performance.now() - start);
    expect(link.accepted - before).toBeLessThanOrEqual(allowed);
    await redis.restart();
    await eventually(() => worlds.every(({ breaker }) => breaker.at(-1) === "closed"));
    reading.abort();
    await Promise.all(callers);
    await eventually(() => link.connections === INSTANCES);
    const settled = link.accepted;
    await worlds[0]?.write(2);
    await eventually(inUse);
    expect([link.accepted, link.connections]).toEqual([settled, INSTANCES]);
  });

  test("read a row at most once each when all their callers want it at once, with Redis, without it, and after its return", async () => {
    const loadsOf = async (id: string): Promise<number> => {
      const before = register.loads.length;
      const reads = worlds.flatMap((world) => Array.from({ length: CALLERS }, () => world.read(id)));
      await Promise.all(reads);
      return register.loads.length - before;
    };
    expect(await loadsOf("cold")).toBeLessThanOrEqual(INSTANCES);
    await redis.kill();
    await eventually(() => worlds.every(({ breaker }) => breaker.at(-1) !== "closed"));
    expect(await loadsOf("cold")).toBe(INSTANCES);
    await redis.restart();
    await eventually(() => worlds.every(({ breaker }) => breaker.at(-1) === "closed"));
    expect(await loadsOf("cold")).toBeLessThanOrEqual(INSTANCES);
  });
});
