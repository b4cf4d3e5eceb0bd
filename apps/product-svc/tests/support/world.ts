import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import { redisAvailable, sharedPostgres, sharedRedis } from "@skyport/testing";
import { migratedTemplate } from "./database.ts";
import { startService, type TestService } from "./service.ts";
import { openSql, type Sql } from "./sql.ts";

export type Store = "redis" | "in-process";

const STORES: readonly Store[] = (await redisAvailable("any")) ? ["redis", "in-process"] : ["in-process"];

/** A service with a database and a cache of its own. */
export interface World extends AsyncDisposable {
  readonly service: TestService;
  readonly sql: Sql;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

/** Brings up a world on the shared PostgreSQL. */
export async function createWorld(store: Store): Promise<World> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await sharedPostgres());
  const redisUrl = store === "redis" ? resources.use(await sharedRedis()).url : undefined;
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  const sql = openSql(databaseUrl);
  resources.use(sql);
  const service = resources.use(await startService({ databaseUrl, redisUrl }));
  const owned = resources.move();
  return { service, sql, databaseUrl, redisUrl, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** What tests of a suite see of its world, once that is up. */
export type Scene = Pick<TestService, "products" | "inventory" | "transport" | "url"> & Omit<World, "asyncDispose">;

/** The same suite for each store that the cache can have. */
export function overStores(suite: (scene: Scene, store: Store) => void): void {
  describe.each(STORES)("with the %s cache", (store) => {
    suite(sceneOf(store), store);
  });
}

/** A world that lives as long as the `describe` around it; none of its suite may cause an internal error. */
export function sceneOf(store: Store): Scene {
  let world: World | undefined;
  const up = (): World => {
    if (world === undefined) throw new Error("the world is up only while tests run");
    return world;
  };
  beforeAll(async () => {
    world = await createWorld(store);
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    expect(world?.service.internalErrors).toEqual([]);
  });
  return {
    get service() {
      return up().service;
    },
    get sql() {
      return up().sql;
    },
    get databaseUrl() {
      return up().databaseUrl;
    },
    get redisUrl() {
      return up().redisUrl;
    },
    get products() {
      return up().service.products;
    },
    get inventory() {
      return up().service.inventory;
    },
    get transport() {
      return up().service.transport;
    },
    get url() {
      return up().service.url;
    },
    [Symbol.asyncDispose]: async () => world?.[Symbol.asyncDispose](),
  };
}
