import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, redisAvailable, startRedis, type TestRedis } from "../src/index.ts";
import { isAlive } from "../src/processes.ts";
import { answeringServer } from "../src/redis/probe.ts";

async function command(port: number, ...words: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${words.join(" ")}\r\n`);
  const [answer] = await once(socket, "data");
  socket.destroy();
  return String(answer).trim();
}

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("startRedis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("answers at once", async () => {
    expect(await command(redis.port, "SET", "k", "v")).toBe("+OK");
    expect(new URL(redis.url).port).toBe(String(redis.port));
  });

  test("keeps nothing on disk", async () => {
    expect(await command(redis.port, "CONFIG", "GET", "save")).toMatch(/\$0$/);
  });

  test("pause leaves connections open and unanswered, resume answers them", async () => {
    await redis.pause();
    expect(await answeringServer(redis.port, 100)).toBeUndefined();
    await redis.resume();
    await eventually(async () => expect(await answeringServer(redis.port)).toBe(redis.pid));
  });

  test("restart gives an empty server, another process, on the same port", async () => {
    await command(redis.port, "SET", "k", "v");
    const before = redis.pid;
    await redis.restart();
    expect(redis.pid).not.toBe(before);
    expect(await command(redis.port, "GET", "k")).toBe("$-1");
  });

  test("kill ends it at once, a paused one too", async () => {
    await redis.pause();
    await redis.kill();
    expect(await isAlive(redis.pid)).toBe(false);
    await redis.kill();
    await redis.restart();
    expect(await answeringServer(redis.port)).toBe(redis.pid);
  });

  test("flags reach the server", async () => {
    await using small = await startRedis({ flags: ["--maxmemory", "3mb"] });
    expect(await command(small.port, "CONFIG", "GET", "maxmemory")).toContain("3145728");
  });

  test("a port in use is told", async () => {
    await expect(startRedis({ port: redis.port, flags: ["--maxmemory", "3mb"] })).rejects.toThrow("Redis ended");
  });
});
