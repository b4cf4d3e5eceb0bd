import { readFile } from "node:fs/promises";
import { connect } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { redisAvailable, startRedis } from "../src/index.ts";
import { runCommand } from "../src/redis/probe.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;
const tlsSuite = (await redisAvailable("tls")) ? describe : describe.skip;

suite("startRedis with a password", () => {
  test("refuses who does not know it, after a restart too", async () => {
    await using redis = await startRedis({ password: "p@ss:/%#" });
    expect(redis.url).toBe(`redis://:p%40ss%3A%2F%25%23@127.0.0.1:${redis.port}`);
    for (const restart of [async () => undefined, () => redis.restart()]) {
      await restart();
      expect(await redis.command("PING")).toBe("PONG");
      await expect(runCommand({ port: redis.port }, ["PING"])).rejects.toThrow("NOAUTH");
      await expect(runCommand({ port: redis.port, password: "other" }, ["PING"])).rejects.toThrow("WRONGPASS");
    }
  });

  test("of a user: the default user is off", async () => {
    await using redis = await startRedis({ user: "alice", password: "secret" });
    expect(redis.url).toBe(`redis://alice:secret@127.0.0.1:${redis.port}`);
    expect(await redis.command("ACL", "WHOAMI")).toBe("alice");
    await expect(runCommand({ port: redis.port, password: "secret" }, ["PING"])).rejects.toThrow("WRONGPASS");
  });
});

tlsSuite("startRedis with TLS", () => {
  test("speaks nothing else, and its certificate is good for localhost and 127.0.0.1", async () => {
    await using redis = await startRedis({ tls: true, password: "secret" });
    expect(redis.url).toBe(`rediss://:secret@127.0.0.1:${redis.port}`);
    expect(await redis.command("PING")).toBe("PONG");
    const { port, caFile = "" } = redis;
    const ca = await readFile(caFile);
    for (const host of ["localhost", "127.0.0.1"]) {
      const socket = connect({ port, host, ca });
      await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
      expect(socket.authorized).toBe(true);
      socket.destroy();
    }
    await expect(runCommand({ port, password: "secret" }, ["PING"], 500)).rejects.toThrow();
  });
});
