import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually, redisAvailable, startRedis, type TestRedis } from "@skyport/testing";
import { Admin, RedisWorld } from "./redis-world.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const IDS = Array.from({ length: 50 }, (_, index) => `row-${index}`);

suite("lookups of one turn, which Redis gets as one command", () => {
  let redis: TestRedis;
  let admin: Admin;
  beforeEach(async () => {
    redis = await startRedis();
    admin = await Admin.connect(redis.url);
  });
  afterEach(async () => {
    admin[Symbol.dispose]();
    await redis.stop();
  });

  /** A world whose rows are all cached. */
  async function warm(): Promise<RedisWorld> {
    const world = await RedisWorld.make(redis.url);
    for (const [index, id] of IDS.entries()) world.register.put(id, index);
    await readAll(world);
    await readAll(world);
    return world;
  }

  const readAll = (world: RedisWorld) => Promise.all(IDS.map((id) => world.read(id)));

  /** How often Redis has run a command since its numbers were reset. */
  async function calls(command: string): Promise<number> {
    const stats = String(await admin.run("INFO", "commandstats"));
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  test("of fifty reads at once the first is a plain SET and the others one command, and a batch is one", async () => {
    await using world = await warm();
    const loads = world.register.loads.length;
    await admin.run("CONFIG", "RESETSTAT");
    expect(await readAll(world)).toEqual(IDS.map((_, index) => index));
    // Redis counts what the script runs as well.
    expect([await calls("evalsha"), await calls("set")]).toEqual([1, IDS.length]);
    expect((await world.rows.getMany(IDS, world.deadline)).size).toBe(IDS.length);
    expect([await calls("evalsha"), await calls("set")]).toEqual([2, 2 * IDS.length]);
    await world.read("row-1");
    expect([await calls("evalsha"), await calls("set")]).toEqual([2, 2 * IDS.length + 1]);
    expect(world.register.loads).toHaveLength(loads);
  });

  test("what is absent among them is leased and filled, each by its own reader", async () => {
    await using world = await warm();
    for (const id of ["row-3", "row-4"]) await admin.run("DEL", ...(await admin.keys(`row:${id}`)));
    const fills = world.count("fill");
    expect(await readAll(world)).toEqual(IDS.map((_, index) => index));
    expect(world.count("fill")).toBe(fills + 2);
  });

  test("a key that holds something foreign costs its neighbours nothing", async () => {
    await using world = await warm();
    const [key = ""] = await admin.keys("row:row-3");
    await admin.run("DEL", key);
    await admin.run("LPUSH", key, "foreign");
    const [hits, loads] = [world.count("hit"), world.register.loads.length];
    expect(await readAll(world)).toEqual(IDS.map((_, index) => index));
    expect(world.count("hit") - hits).toBe(IDS.length - 1);
    expect(world.register.loads.slice(loads)).toEqual([["row-3"]]);
    expect(world.breaker.at(-1)).toBe("closed");
  });

  test("a server that was made a replica refuses them, and the connection is given up", async () => {
    await using primary = await startRedis();
    await using world = await warm();
    await admin.run("REPLICAOF", "127.0.0.1", String(primary.port));
    for (const id of IDS) world.register.put(id, 1_000);
    expect(new Set(await readAll(world))).toEqual(new Set([1_000]));
    expect(world.breaker.at(-1)).not.toBe("closed");
  });

  test("a primary that has lost its replicas refuses them", async () => {
    await using world = await warm();
    await admin.run("CONFIG", "SET", "min-replicas-to-write", "1");
    const bypassed = world.count("bypass");
    for (const id of IDS) world.register.put(id, 1_000);
    expect(new Set(await readAll(world))).toEqual(new Set([1_000]));
    expect(world.count("bypass") - bypassed).toBe(IDS.length);
  });

  test("a server that has forgotten its scripts gets them again", async () => {
    await using world = await warm();
    await admin.run("SCRIPT", "FLUSH");
    const loads = world.register.loads.length;
    expect(await readAll(world)).toEqual(IDS.map((_, index) => index));
    expect(world.register.loads).toHaveLength(loads);
    expect(world.warnings).toEqual([]);
  });

  test("a row is decoded once while its bytes stay the same, and anew when they do not", async () => {
    await using world = await warm();
    await using other = await RedisWorld.make(redis.url, { register: world.register });
    const get = () => world.rows.get("row-7", world.deadline);
    const [first, decodes] = [await get(), world.register.decodes];
    expect(await get()).toBe(first);
    expect(await get()).toBe(first);
    expect(world.register.decodes).toBe(decodes);
    await other.write(8, "row-7");
    await eventually(async () => expect(await get()).toEqual({ id: "row-7", n: 8 }));
    expect(world.register.decodes).toBeGreaterThan(decodes);
  });
});
