import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, redisAvailable, startRedis, type TestRedis } from "../src/index.ts";
import { isAlive } from "../src/processes.ts";
import { answeringServer } from "../src/redis/probe.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("startRedis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("answers at once", async () => {
    expect(await redis.command("SET", "k", "v")).toBe("OK");
    expect(new URL(redis.url).port).toBe(String(redis.port));
  });

  test("keeps nothing on disk", async () => {
    expect(await redis.command("CONFIG", "GET", "save")).toEqual(["save", ""]);
  });

  test("pause leaves connections open and unanswered, resume answers them", async () => {
    await redis.pause();
    expect(await answeringServer(redis, 100)).toBeUndefined();
    await redis.resume();
    await eventually(async () => expect(await answeringServer(redis)).toBe(redis.pid));
  });

  test("restart gives an empty server, another process, on the same port", async () => {
    await redis.command("SET", "k", "v");
    const before = redis.pid;
    await redis.restart();
    expect(redis.pid).not.toBe(before);
    expect(await redis.command("GET", "k")).toBeNull();
  });

  test("kill ends it at once, a paused one too", async () => {
    await redis.pause();
    await redis.kill();
    expect(await isAlive(redis.pid)).toBe(false);
    await redis.kill();
    await redis.restart();
    expect(await answeringServer(redis)).toBe(redis.pid);
  });

  test("flags reach the server", async () => {
    await using small = await startRedis({ flags: ["--maxmemory", "3mb"] });
    expect(await small.command("CONFIG", "GET", "maxmemory")).toContain("3145728");
  });

  test("a port in use is told", async () => {
    await expect(startRedis({ port: redis.port, flags: ["--maxmemory", "3mb"] })).rejects.toThrow("Redis ended");
  });
});
