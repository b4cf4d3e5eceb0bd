import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ConfigError } from "@skyport/rpc";
import { createLink, eventually, redisAvailable, sharedPostgres } from "@skyport/testing";
import { migratedTemplate } from "./support/database.ts";
import { createProduct, existing, freshId, getProduct, stockOf } from "./support/fixtures.ts";
import { endLockSession, lockHolder, stealLock } from "./support/process-lock.ts";
import { startService, type TestService } from "./support/service.ts";
import { openSql } from "./support/sql.ts";
import { createWorld, type World } from "./support/world.ts";

const withRedis = (await redisAvailable("any")) ? describe : describe.skip;

withRedis("two instances that share a database and Redis", () => {
  let world: World;
  let second: TestService;
  const instances = (): readonly [TestService, TestService] => [world.service, second];

  beforeAll(async () => {
    world = await createWorld("redis");
    second = await startService({ databaseUrl: world.databaseUrl, redisUrl: world.redisUrl });
  });

  afterAll(async () => {
    await second[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    expect([...world.service.internalErrors, ...second.internalErrors]).toEqual([]);
  });

  test("each sees at once what the other has acknowledged", async () => {
    const id = freshId();
    for (let round = 0; round < 40; round++) {
      const [writer, reader] = round % 2 === 0 ? instances() : ([second, world.service] as const);
      const made = await createProduct(writer, { id, inStock: round });
      expect(await getProduct(reader, id)).toEqual(made);
      const { product: changed } = await reader.products.updateProduct({ product: { id, title: `Round ${round}` } });
      expect((await writer.products.batchGetProducts({ ids: [id] })).products).toEqual([changed]);
      const { product: adjusted } = await writer.inventory.adjustStock({ productId: id, delta: 1 });
      expect(await getProduct(reader, id)).toEqual(adjusted);
      await reader.products.deleteProduct({ id });
      expect((await writer.products.batchGetProducts({ ids: [id] })).missingIds).toEqual([id]);
    }
  });

  test("no reader sees anything older than acknowledged before, nor goes back in time, under load", async () => {
    const { id } = await createProduct(world.service, { inStock: 0 });
    let acknowledged = 0;
    let writing = true;
    const write = async (instance: TestService): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        const { product } = await instance.inventory.adjustStock({ productId: id, delta: 1 });
        acknowledged = Math.max(acknowledged, existing(product?.inStock));
      }
    };
    const read = async (instance: TestService): Promise<number> => {
      let reads = 0;
      for (let seen = 0; writing; reads++) {
        const atLeast = Math.max(seen, acknowledged);
        seen = existing(await stockOf(instance, id));
        expect(seen).toBeGreaterThanOrEqual(atLeast);
      }
      return reads;
    };
    const readers = [...instances(), ...instances()].map(read);
    await Promise.all(instances().map(write)).finally(() => {
      writing = false;
    });
    for (const reads of await Promise.all(readers)) expect(reads).toBeGreaterThan(0);
    for (const instance of instances()) expect(await stockOf(instance, id)).toBe(120);
  });
});

describe("a second instance without Redis", () => {
  test("refuses to start, in one line, until the first is gone", async () => {
    await using postgres = await sharedPostgres();
    const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
    const first = await startService({ databaseUrl });
    const refusal = await startService({ databaseUrl }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    if (!(refusal instanceof ConfigError)) throw refusal;
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.message).not.toContain("\n");
    expect(refusal.message).toContain("REDIS_URL");
    await first[Symbol.asyncDispose]();
    await using successor = await startService({ databaseUrl });
    await createProduct(successor);
  });
});

describe("an instance without Redis that loses its lock on the database", () => {
  test("takes it again, and goes on", async () => {
    await using world = await createWorld("in-process");
    const { service, sql } = world;
    await endLockSession(sql);
    await createProduct(service);
    expect(service.fatal).toEqual([]);
    const refusal = startService({ databaseUrl: world.databaseUrl });
    await expect(refusal).rejects.toBeInstanceOf(ConfigError);
  });

  test("takes it again from its own old session, when it was cut off and the server has not noticed", async () => {
    await using postgres = await sharedPostgres();
    const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
    await using link = await createLink({ port: postgres.port });
    await using service = await startService({ databaseUrl, databaseDirectUrl: link.through(databaseUrl) });
    await using sql = openSql(databaseUrl);
    const before = await lockHolder(sql);
    link.halfOpen("both");
    await eventually(async () => (await lockHolder(sql)).pid !== before.pid);
    await createProduct(service);
    expect(service.fatal).toEqual([]);
  });

  test("has to stop when another has taken it", async () => {
    await using world = await createWorld("in-process");
    await using other = openSql(world.databaseUrl);
    await stealLock(world.sql, other);
    await eventually(() => world.service.fatal.length === 1);
  });
});
