import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLink, eventually, redisAvailable, startRedis, startSentinel, type TestRedis } from "../src/index.ts";

const suite = (await redisAvailable("replicas")) ? describe : describe.skip;

const role = async (redis: TestRedis) => [await redis.command("ROLE")].flat()[0];

suite("replicas", () => {
  const login = { user: "alice", password: "secret" };
  let primary: TestRedis;
  let replica: TestRedis;
  beforeAll(async () => {
    primary = await startRedis(login);
    replica = await startRedis({ ...login, replicaOf: primary.port });
  });
  afterAll(async () => {
    await replica.stop();
    await primary.stop();
  });
  const copied = (value: string) => eventually(async () => (await replica.command("GET", "k")) === value);

  test("copy, are promoted with what they have, and follow again", async () => {
    await primary.command("SET", "k", "1");
    await copied("1");
    await expect(replica.command("SET", "k", "2")).rejects.toThrow("READONLY");
    await replica.promote();
    await replica.command("SET", "k", "2");
    expect(await primary.command("GET", "k")).toBe("1");
    await replica.follow(primary.port);
    await copied("1");
    expect(await role(replica)).toBe("slave");
  });

  test("a lagging one, behind a link, keeps what it has", async () => {
    await using link = await createLink({ port: primary.port });
    await replica.follow(link.port);
    await primary.command("SET", "k", "3");
    await copied("3");
    link.blackhole();
    await primary.command("SET", "k", "4");
    await eventually(() => link.held > 0);
    expect(await replica.command("GET", "k")).toBe("3");
    await replica.promote();
    expect(await replica.command("GET", "k")).toBe("3");
  });
});

suite("startSentinel", () => {
  test("promotes the replica of a primary that is gone", async () => {
    const password = "secret";
    await using primary = await startRedis({ password });
    await using replica = await startRedis({ password, replicaOf: primary.port });
    await using sentinel = await startSentinel({ primary: primary.port, password, downAfterMs: 300 });
    await eventually(async () => expect(await sentinel.peers()).toEqual({ replicas: 1, sentinels: 0 }));
    expect(await sentinel.primary()).toBe(primary.port);
    await primary.kill();
    await eventually(async () => (await sentinel.primary()) === replica.port, { withinMs: 15_000 });
    await eventually(async () => (await role(replica)) === "master");
  });
});
