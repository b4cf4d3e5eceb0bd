import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createWiretap,
  eventually,
  redisAvailable,
  sharedPostgres,
  sharedRedis,
  startRedis,
  type Wiretap,
} from "@skyport/testing";
import { migratedTemplate } from "./support/database.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct, existing, freshId, getProduct, stockOf, uuidV7 } from "./support/fixtures.ts";
import { endLockSession } from "./support/process-lock.ts";
import { startService, type TestService } from "./support/service.ts";
import { openSql } from "./support/sql.ts";

type Store = "redis" | "in-process";

const hasRedis = await redisAvailable();
const STORES: readonly Store[] = hasRedis ? ["redis", "in-process"] : ["in-process"];

/** A service whose statements are listened to. */
interface Rig extends AsyncDisposable {
  readonly service: TestService;
  readonly tap: Wiretap;
  readonly databaseUrl: string;
}

async function createRig(store: Store): Promise<Rig> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await sharedPostgres());
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  const tap = resources.use(await createWiretap(databaseUrl));
  const redisUrl = store === "redis" ? resources.use(await sharedRedis()).url : undefined;
  const service = resources.use(await startService({ databaseUrl: tap.url, databaseDirectUrl: databaseUrl, redisUrl }));
  await holdsValues(service, tap);
  const owned = resources.move();
  return { service, tap, databaseUrl, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A store that starts empty holds no values for a few seconds: writes that are older than it may still commit. */
async function holdsValues(service: TestService, tap: Wiretap): Promise<void> {
  const { id } = await createProduct(service);
  await eventually(
    async () => {
      tap.clear();
      await getProduct(service, id);
      return selects(tap).length === 0;
    },
    { withinMs: 15_000, everyMs: 100 },
  );
}

/** What was read of products. */
function selects(tap: Wiretap): string[] {
  return tap.executions
    .map(({ text }) => text)
    .filter((text) => /^\s*select\b/i.test(text) && /\bproducts\b/.test(text));
}

const rigs = new Map<Store, Rig>();

beforeAll(async () => {
  await Promise.all(STORES.map(async (store) => rigs.set(store, await createRig(store))));
});

afterAll(async () => {
  for (const rig of rigs.values()) {
    await rig[Symbol.asyncDispose]();
    expect(rig.service.internalErrors).toEqual([]);
  }
});

describe.each(STORES)("with the %s cache", (store) => {
  const rig = (): Rig => existing(rigs.get(store));

  /** How many statements the calls of `body` ran on products. */
  async function reads(body: () => Promise<unknown>): Promise<number> {
    const { tap } = rig();
    tap.clear();
    await body();
    return selects(tap).length;
  }

  test("what was written or read once is read from the cache", async () => {
    const { service } = rig();
    const { id } = await createProduct(service);
    expect(await reads(() => getProduct(service, id))).toBe(0);
    await service.products.updateProduct({ product: { id, title: "New" } });
    expect(await reads(() => getProduct(service, id))).toBe(0);
    await service.inventory.adjustStock({ productId: id, delta: 1 });
    expect(await reads(() => getProduct(service, id))).toBe(0);
    const items = [{ productId: id, quantity: 1 }];
    await service.inventory.setReservation({ reservationId: uuidV7(), generation: 1, items });
    expect(await reads(() => getProduct(service, id))).toBe(0);
  });

  test("so is what does not exist", async () => {
    const { service } = rig();
    const id = freshId();
    const miss = () => failureOf(service.products.getProduct({ id }));
    expect(await reads(miss)).toBe(1);
    expect(await reads(miss)).toBe(0);
    const made = await createProduct(service, { id });
    expect(await getProduct(service, id)).toEqual(made);
    await service.products.deleteProduct({ id });
    expect(await reads(miss)).toBe(0);
  });

  test("a batch reads all that is missing in one query, and nothing where nothing is", async () => {
    const { service } = rig();
    const known = await Promise.all(Array.from({ length: 5 }, () => createProduct(service)));
    const ids = [...known.map(({ id }) => id), ...Array.from({ length: 95 }, () => freshId())];
    const batch = () => service.products.batchGetProducts({ ids });
    expect(await reads(batch)).toBe(1);
    expect(await reads(batch)).toBe(0);
    expect((await batch()).products).toEqual(known);
  });

  test("a page of a list is one query", async () => {
    const { service } = rig();
    expect(await reads(() => service.products.listProducts({ pageSize: 1000 }))).toBe(1);
  });

  if (store === "in-process") {
    test("what is cached is forgotten when the lock on the database was lost: another may have written", async () => {
      const { service, databaseUrl } = rig();
      await using sql = openSql(databaseUrl);
      const { id } = await createProduct(service);
      expect(await reads(() => getProduct(service, id))).toBe(0);
      await endLockSession(sql);
      await sql(`UPDATE products SET title = 'Written by another' WHERE id = '${id}'`);
      await eventually(async () => (await getProduct(service, id)).title === "Written by another");
    });
  }

  const withRedis = hasRedis ? describe : describe.skip;

  withRedis("an answer that acknowledges an earlier commit", () => {
    /** Writes what this service's cache never hears of: as one that dies between COMMIT and RELEASE, its intent lost. */
    async function unheard(write: (other: TestService) => Promise<unknown>): Promise<void> {
      await using redis = await startRedis();
      const { databaseUrl } = rig();
      await using other = await startService({ databaseUrl, redisUrl: redis.url });
      await write(other);
    }

    test("shows the product that a repeated CreateProduct made", async () => {
      const { service } = rig();
      const request = { product: { id: freshId(), title: "Unheard" }, requestId: randomUUID() };
      await failureOf(service.products.getProduct({ id: request.product.id }));
      await unheard((other) => other.products.createProduct(request));
      await service.products.createProduct(request);
      expect((await getProduct(service, request.product.id)).title).toBe("Unheard");
    });

    test("shows the product whose id is taken", async () => {
      const { service } = rig();
      const product = { id: freshId(), title: "Unheard" };
      await failureOf(service.products.getProduct({ id: product.id }));
      await unheard((other) => other.products.createProduct({ product }));
      expect((await failureOf(service.products.createProduct({ product }))).reason).toBe("PRODUCT_ALREADY_EXISTS");
      expect((await getProduct(service, product.id)).title).toBe("Unheard");
    });

    test("shows the stock that a repeated AdjustStock made", async () => {
      const { service } = rig();
      const { id } = await createProduct(service, { inStock: 1 });
      const request = { productId: id, delta: 5, requestId: randomUUID() };
      await unheard((other) => other.inventory.adjustStock(request));
      await service.inventory.adjustStock(request);
      expect(await stockOf(service, id)).toBe(6);
    });

    test("shows the stock of every product that a repeated SetReservation moved, released ones too", async () => {
      const { service } = rig();
      const a = await createProduct(service, { inStock: 5 });
      const b = await createProduct(service, { inStock: 5 });
      const reservationId = uuidV7();
      const wish = (generation: number, ...ids: string[]) => ({
        reservationId,
        generation,
        items: ids.map((productId) => ({ productId, quantity: 2 })),
      });
      await service.inventory.setReservation(wish(1, a.id, b.id));
      await unheard((other) => other.inventory.setReservation(wish(2, a.id)));
      await service.inventory.setReservation(wish(2, a.id));
      expect([await stockOf(service, a.id), await stockOf(service, b.id)]).toEqual([3, 5]);
    });
  });
});
