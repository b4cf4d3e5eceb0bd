import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  eventually,
  redisAvailable,
  startPostgres,
  startRedis,
  type TestPostgres,
  type TestRedis,
} from "@skyport/testing";
import { auditAll } from "./support/audit-all.ts";
import { migratedTemplate } from "./support/database.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct, existing, freshId, getProduct, stockOf, uuidV7 } from "./support/fixtures.ts";
import { startLoad } from "./support/load.ts";
import { startService, type TestService } from "./support/service.ts";
import { openSql, type Sql } from "./support/sql.ts";

type Store = "redis" | "in-process";

const STORES: readonly Store[] = (await redisAvailable()) ? ["redis", "in-process"] : ["in-process"];

// Each of a test's waits has a limit of its own.
jest.setTimeout(120_000);

/** More than any call may take: the caller's own limit. */
const TIMEOUT_MS = 3_000;

/** The same for the load: long enough for a slow machine to be back with PostgreSQL. */
const LOAD_TIMEOUT_MS = 10_000;

/** A service whose PostgreSQL and Redis are its own. */
interface Rig extends AsyncDisposable {
  readonly postgres: TestPostgres;
  readonly redis: TestRedis | undefined;
  readonly service: TestService;
  readonly sql: Sql;
}

async function createRig(store: Store): Promise<Rig> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await startPostgres());
  const redis = store === "redis" ? resources.use(await startRedis()) : undefined;
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  const sql = openSql(databaseUrl);
  resources.use(sql);
  const service = resources.use(await startService({ databaseUrl, redisUrl: redis?.url }));
  const owned = resources.move();
  return { postgres, redis, service, sql, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const rigs = new Map<Store, Rig>();

beforeAll(async () => {
  await Promise.all(STORES.map(async (store) => rigs.set(store, await createRig(store))));
});

afterAll(async () => {
  for (const { service, ...rig } of rigs.values()) {
    await rig[Symbol.asyncDispose]();
    expect(service.internalErrors).toEqual([]);
    expect(service.fatal).toEqual([]);
  }
});

describe.each(STORES)("with the %s cache", (store) => {
  let postgres: TestPostgres;
  let redis: TestRedis | undefined;
  let service: TestService;
  let sql: Sql;

  beforeAll(() => {
    ({ postgres, redis, service, sql } = existing(rigs.get(store)));
  });

  /** Every write, on a product that exists. */
  const writes = (id: string): (() => Promise<unknown>)[] => [
    () => createProduct(service),
    () => service.products.updateProduct({ product: { id, title: "Changed" } }, { timeoutMs: TIMEOUT_MS }),
    () => service.inventory.adjustStock({ productId: id, delta: 1 }, { timeoutMs: TIMEOUT_MS }),
    () =>
      service.inventory.setReservation(
        { reservationId: uuidV7(), generation: 1, items: [{ productId: id, quantity: 1 }] },
        { timeoutMs: TIMEOUT_MS },
      ),
    () => service.products.deleteProduct({ id }, { timeoutMs: TIMEOUT_MS }),
  ];

  async function reads(id: string): Promise<void> {
    await getProduct(service, id);
    await service.products.batchGetProducts({ ids: [id, freshId()] });
    await service.products.listProducts({});
    await service.inventory.auditStock({});
  }

  if (store === "redis") {
    test("without Redis reads work, writes are refused and change nothing", async () => {
      const made = await createProduct(service, { inStock: 5 });
      await redis?.kill();
      for (const write of writes(made.id)) {
        const failure = await failureOf(write());
        expect(failure).toMatchObject({ code: "Unavailable", reason: "CACHE_UNAVAILABLE", hasRetry: true });
        expect(failure.metadata).toEqual({});
      }
      await reads(made.id);
      expect(await getProduct(service, made.id)).toEqual(made);
      expect((await service.inventory.listReservations({})).reservations).toEqual([]);
      expect((await service.products.listProducts({})).products).toEqual([made]);

      await redis?.restart();
      const [firstWrite, ...otherWrites] = writes(made.id);
      await eventually(async () => existing(firstWrite)(), { withinMs: 10_000, everyMs: 50 });
      for (const write of otherWrites) await write();
      expect((await failureOf(getProduct(service, made.id))).reason).toBe("PRODUCT_NOT_FOUND");
    });
  }

  test("without PostgreSQL what is cached is still read; all else is refused", async () => {
    const { id } = await createProduct(service, { inStock: 5 });
    // A store that starts empty holds no values for a few seconds. What it holds does not show a change behind its back.
    await eventually(
      async () => {
        await service.products.updateProduct({ product: { id, title: "Cached" } });
        await sql(`UPDATE products SET title = 'Behind' WHERE id = '${id}'`);
        return (await getProduct(service, id)).title === "Cached";
      },
      { withinMs: 15_000, everyMs: 100 },
    );
    await sql(`UPDATE products SET title = 'Cached' WHERE id = '${id}'`);
    const cached = await getProduct(service, id);

    await postgres.kill();
    expect(await getProduct(service, id)).toEqual(cached);
    expect((await service.products.batchGetProducts({ ids: [id] })).products).toEqual([cached]);
    const refused = [
      () => getProduct(service, freshId()),
      () => service.products.listProducts({}, { timeoutMs: TIMEOUT_MS }),
      () => service.inventory.getReservation({ reservationId: uuidV7() }, { timeoutMs: TIMEOUT_MS }),
      () => service.inventory.auditStock({}, { timeoutMs: TIMEOUT_MS }),
      ...writes(id),
    ];
    for (const call of refused) {
      expect(await failureOf(call())).toMatchObject({
        code: "Unavailable",
        reason: "DATABASE_UNAVAILABLE",
        hasRetry: true,
      });
    }
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    await eventually(async () => (await fetch(`${service.url}/readyz`)).status === 503);
    // The refused writes above have left their keys to the database: what they named is read there once it is back.
    await postgres.restart();
    await eventually(() => getProduct(service, id), { withinMs: 10_000 });
    expect(await getProduct(service, id)).toEqual(cached);
    await eventually(async () => (await fetch(`${service.url}/readyz`)).status === 200, { withinMs: 10_000 });
    await service.products.updateProduct({ product: { id, title: "Works again" } });
  });

  test("a restart of PostgreSQL under load costs errors, and nothing else", async () => {
    const load = await startLoad(service, LOAD_TIMEOUT_MS);
    for (const mode of ["fast", "immediate"] as const) {
      const before = load.succeeded;
      await eventually(() => load.succeeded > before + 50, { withinMs: 20_000 });
      await postgres.restart({ mode });
    }
    const after = load.succeeded;
    await eventually(() => load.succeeded > after + 50, { withinMs: 20_000 });
    const { failures, slowestMs, added } = await load.stop();
    expect(slowestMs).toBeLessThan(LOAD_TIMEOUT_MS + 1_000);
    expect(failures.filter((failure) => failure.reason !== "DATABASE_UNAVAILABLE")).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
    for (const [id, { acknowledged, failed }] of added) {
      const stock = existing(await stockOf(service, id));
      expect(stock).toBeGreaterThanOrEqual(acknowledged);
      expect(stock).toBeLessThanOrEqual(acknowledged + failed);
    }
    expect((await auditAll(service)).discrepancies).toEqual([]);
  });
});
