import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually, redisAvailable, startRedis } from "@skyport/testing";
import { Gate } from "../src/testkit/gate.ts";
import { Register } from "../src/testkit/register.ts";
import { Admin, RedisWorld } from "./redis-world.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("Redis that loses entries", () => {
  const started = startRedis({ flags: ["--maxmemory-policy", "volatile-lru"] });
  let url: string;
  beforeEach(async () => {
    url = (await started).url;
    using admin = await Admin.connect(url);
    await admin.run("CONFIG", "SET", "maxmemory", "0");
    await admin.run("FLUSHALL");
  });
  afterAll(async () => (await started).stop());

  /** A write that is held after its change is committed and before it is released. */
  async function heldWrite(world: RedisWorld, n: number) {
    const commit = new Gate();
    world.register.beforeCommit = commit.pass;
    const writing = world.write(n);
    await commit.reached;
    world.register.beforeCommit = undefined;
    return { commit, writing };
  }

  test("intents have no lifetime of their own, values and leases have", async () => {
    await using world = await RedisWorld.make(url);
    using admin = await Admin.connect(url);
    const { commit, writing } = await heldWrite(world, 1);
    const [key = ""] = await admin.keys("row:a");
    expect(String(await admin.run("GET", key))).toMatch(/^W0\|[\w-]{16}=\d{13}$/);
    expect(await admin.run("PTTL", key)).toBe(-1);
    commit.open();
    await writing;
    expect(String(await admin.run("GET", key))).toBe('V1.1|{"id":"a","n":1}');
    expect(Number(await admin.run("PTTL", key))).toBeGreaterThan(0);
    const snapshot = new Gate();
    world.register.afterSnapshot = snapshot.pass;
    const reading = world.read("b");
    await snapshot.reached;
    const [lease = ""] = await admin.keys("row:b");
    expect(String(await admin.run("GET", lease))).toMatch(/^L[\w-]{16}$/);
    expect(Number(await admin.run("PTTL", lease))).toBeGreaterThan(0);
    snapshot.open();
    await reading;
  });

  test.each([["FLUSHALL"], ["DEL"]])(
    "%s while an intent is held: the fence removes what was read meanwhile",
    async (how) => {
      await using world = await RedisWorld.make(url);
      using admin = await Admin.connect(url);
      await world.write(1);
      const { commit, writing } = await heldWrite(world, 2);
      await admin.run(how, ...(how === "DEL" ? await admin.keys("row:a") : []));
      expect(await world.read()).toBe(1);
      expect(await world.hits()).toBe(true);
      commit.open();
      await writing;
      expect(await world.read()).toBe(2);
      expect(await world.hits()).toBe(true);
    },
  );

  test("FLUSHALL opens a quarantine: nothing is cached while writes from before it may still commit", async () => {
    await using world = await RedisWorld.make(url, { quarantineMs: 2_000 });
    using admin = await Admin.connect(url);
    await eventually(() => world.hits());
    const { commit, writing } = await heldWrite(world, 1);
    await admin.run("FLUSHALL");
    const hits = world.count("hit");
    for (let n = 0; n < 10; n += 1) expect(await world.read()).toBeUndefined();
    expect(world.count("hit")).toBe(hits);
    commit.open();
    await writing;
    expect(await world.read()).toBe(1);
    await eventually(() => world.hits());
  });

  test("memory pressure evicts values, never intents; and when nothing can be evicted, reads still work", async () => {
    await using world = await RedisWorld.make(url);
    using admin = await Admin.connect(url);
    const { commit, writing } = await heldWrite(world, 1);
    const used = Number(/used_memory:(\d+)/.exec(String(await admin.run("INFO", "memory")))?.[1]);
    await admin.run("CONFIG", "SET", "maxmemory", String(used + 200_000));
    const value = "x".repeat(10_000);
    for (let n = 0; n < 100; n += 1) await admin.run("SET", `other:${n}`, value, "EX", "100");
    expect(await admin.keys("row:a")).toHaveLength(1);
    expect(Number(await admin.run("DBSIZE"))).toBeLessThan(100);
    await admin.run("CONFIG", "SET", "maxmemory", "1");
    expect(await world.read()).toBeUndefined();
    commit.open();
    await writing;
    expect(await world.read()).toBe(1);
    await expect(world.write(2)).rejects.toMatchObject({ reason: "CACHE_UNAVAILABLE", details: { metadata: {} } });
    await admin.run("CONFIG", "SET", "maxmemory", "0");
    await world.write(3);
    expect(await world.read()).toBe(3);
  });

  test("a policy that may evict intents is warned of", async () => {
    using admin = await Admin.connect(url);
    await admin.run("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    await using world = await RedisWorld.make(url);
    await admin.run("CONFIG", "SET", "maxmemory-policy", "volatile-lru");
    expect(world.warnings).toEqual([expect.stringContaining("volatile-lru")]);
  });

  test("databases that share a Redis do not see each other", async () => {
    await using one = await RedisWorld.make(url, { databaseIdentity: async () => "system:1:1" });
    await using two = await RedisWorld.make(url, { databaseIdentity: async () => "system:2:1" });
    await one.write(1);
    expect(await two.read()).toBeUndefined();
    await two.write(2);
    expect(await one.read()).toBe(1);
  });

  test("a database that fails over: instances that have not noticed yet neither serve nor acknowledge", async () => {
    const register = new Register();
    let timeline = 1;
    const databaseIdentity = async () => `system:1:${timeline}`;
    await using before = await RedisWorld.make(url, { register, databaseIdentity });
    await before.write(1);
    expect(await before.hits()).toBe(true);
    timeline = 2;
    await using after = await RedisWorld.make(url, { register, databaseIdentity });
    await after.write(2);
    expect(await before.read()).toBe(2);
    await eventually(() => before.write(3));
    expect(await after.read()).toBe(3);
  });

  test("while the database is away, a new connection serves what is cached for the timeline that is remembered", async () => {
    let up = true;
    const databaseIdentity = async () => {
      if (!up) throw new Error("the database is away");
      return "system:1:1";
    };
    await using world = await RedisWorld.make(url, { databaseIdentity });
    using admin = await Admin.connect(url);
    await world.write(1);
    up = false;
    world.register.afterSnapshot = async () => {
      throw new Error("the database is away");
    };
    await admin.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await eventually(async () => expect(await world.read()).toBe(1));
    expect(await world.hits()).toBe(true);
  });
});
