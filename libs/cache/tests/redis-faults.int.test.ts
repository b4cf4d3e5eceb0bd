import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually, freePort, redisAvailable, startRedis, type TestRedis } from "@skyport/testing";
import { Gate } from "../src/testkit/gate.ts";
import { Admin, RedisWorld } from "./redis-world.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

suite("Redis that fails", () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  const refused = { reason: "CACHE_UNAVAILABLE", details: { metadata: {} } };

  test("killed in use and restarted: reads go on, writes are refused and then work again, and nothing old comes back", async () => {
    await using world = await RedisWorld.make(redis.url);
    await world.write(1);
    expect(await world.hits()).toBe(true);
    await redis.kill();
    expect(await world.read()).toBe(1);
    await expect(world.write(2)).rejects.toMatchObject(refused);
    expect(await world.read()).toBe(1);
    expect(world.breaker.at(-1)).not.toBe("closed");
    await redis.restart();
    await eventually(() => world.write(3));
    expect(await world.read()).toBe(3);
    await eventually(() => world.hits());
    expect(world.breaker.slice(0, 3)).toEqual(["half_open", "closed", "open"]);
    expect(world.breaker.at(-1)).toBe("closed");
  });

  test("killed between COMMIT and RELEASE: the caller hears that the change stands; the new server holds nothing old", async () => {
    await using world = await RedisWorld.make(redis.url);
    await world.write(1);
    world.register.afterCommit = () => redis.kill();
    const error = { reason: "CACHE_UNAVAILABLE", details: { metadata: { outcome: "committed" } } };
    await expect(world.write(2, "a", Deadline.after(500))).rejects.toMatchObject(error);
    world.register.afterCommit = undefined;
    expect(await world.read()).toBe(2);
    await redis.restart();
    await eventually(() => world.hits());
    expect(await world.read()).toBe(2);
  });

  test("not there at the start: the service starts, and the cache connects later", async () => {
    const port = await freePort();
    await using world = await RedisWorld.make(`redis://127.0.0.1:${port}`);
    world.register.put("a", 1);
    expect(await world.read()).toBe(1);
    await expect(world.write(2)).rejects.toMatchObject(refused);
    await using _late = await startRedis({ port });
    await eventually(() => world.hits());
    await eventually(() => world.write(3));
    expect(await world.read()).toBe(3);
  });

  test("silent, its connections open: after the first moments nobody waits for it", async () => {
    await using world = await RedisWorld.make(redis.url, { callTimeoutMs: 100 });
    await eventually(() => world.write(1));
    await redis.pause();
    expect(await world.read()).toBe(1);
    expect(world.breaker.at(-1)).not.toBe("closed");
    const loads = world.register.loads.length;
    for (let n = 0; n < 100; n += 1) expect(await world.read()).toBe(1);
    expect(world.register.loads.length - loads).toBe(100);
    expect(world.count("bypass")).toBe(101);
    await expect(world.write(2)).rejects.toMatchObject(refused);
    await redis.resume();
    await eventually(() => world.write(3));
    expect(await world.read()).toBe(3);
  });

  test("a caller's deadline is kept while Redis is silent", async () => {
    await using world = await RedisWorld.make(redis.url, { callTimeoutMs: 5_000 });
    await world.write(1);
    await redis.pause();
    // A read that gives up on Redis a moment before its deadline may go on to the database, which must not answer it.
    const database = new Gate();
    world.register.afterSnapshot = database.pass;
    await expect(world.rows.get("a", Deadline.after(30))).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    await expect(world.write(2, "a", Deadline.after(500))).rejects.toMatchObject({ reason: "CACHE_UNAVAILABLE" });
    expect(world.register.row("a")?.value.n).toBe(1);
    database.open();
    await redis.resume();
  });

  test("made a replica in use: READONLY ends the connection", async () => {
    await using primary = await startRedis();
    await using world = await RedisWorld.make(redis.url);
    using admin = await Admin.connect(redis.url);
    await world.write(1);
    await admin.run("REPLICAOF", "127.0.0.1", String(primary.port));
    world.register.put("a", 2);
    expect(await world.read()).toBe(2);
    expect(world.breaker.at(-1)).not.toBe("closed");
    await expect(world.write(3)).rejects.toMatchObject(refused);
    await admin.run("REPLICAOF", "NO", "ONE");
    await eventually(() => world.write(4));
    expect(await world.read()).toBe(4);
  });

  test("a role that goes there and back while nobody asks: what was cached before is out of reach", async () => {
    await using primary = await startRedis();
    await using world = await RedisWorld.make(redis.url);
    using admin = await Admin.connect(redis.url);
    await world.write(1);
    const [key = ""] = await admin.keys("row:a");
    const value = String(await admin.run("GET", key));
    await admin.run("REPLICAOF", "127.0.0.1", String(primary.port));
    await admin.run("REPLICAOF", "NO", "ONE");
    // What another primary, and then this one, would hold had a replica lagged.
    await admin.run("SET", key, value);
    await using other = await RedisWorld.make(redis.url, { register: world.register });
    await other.write(2);
    expect(await world.read()).toBe(2);
    await eventually(() => world.hits());
    expect(await world.read()).toBe(2);
    expect(await admin.run("GET", key)).toBe(value);
  });

  test("a role that goes there and back inside a write: the write is not acknowledged in the old namespace", async () => {
    await using primary = await startRedis();
    await using world = await RedisWorld.make(redis.url);
    using admin = await Admin.connect(redis.url);
    await world.write(1);
    const namespaces = await admin.keys("row:a");
    world.register.afterCommit = async () => {
      await admin.run("REPLICAOF", "127.0.0.1", String(primary.port));
      await admin.run("REPLICAOF", "NO", "ONE");
    };
    await world.write(2);
    world.register.afterCommit = undefined;
    expect(await world.read()).toBe(2);
    await eventually(() => world.hits());
    const keys = await admin.keys("row:a");
    expect(keys.filter((key) => !namespaces.includes(key))).toHaveLength(1);
  });

  test("it forgets the scripts: they are sent again", async () => {
    await using world = await RedisWorld.make(redis.url);
    using admin = await Admin.connect(redis.url);
    await admin.run("SCRIPT", "FLUSH");
    await world.write(1);
    expect(await world.hits()).toBe(true);
    expect(world.warnings).toEqual([]);
  });

  test("close leaves no connection behind", async () => {
    using admin = await Admin.connect(redis.url);
    const world = await RedisWorld.make(redis.url);
    await world.write(1);
    await world.cache.close();
    await eventually(async () =>
      expect(
        String(await admin.run("CLIENT", "LIST"))
          .trim()
          .split("\n"),
      ).toHaveLength(1),
    );
    expect(world.warnings).toEqual([]);
  });
});
