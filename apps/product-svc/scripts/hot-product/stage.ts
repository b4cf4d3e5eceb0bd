import { randomBytes } from "node:crypto";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Cache, type CachedEntity, createCache, type Versioned } from "@skyport/cache";
import { createDatabase, type Database, DB_MIGRATIONS, migrate, noRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { type Product as ProductMessage, ProductSchema } from "@skyport/proto";
import { type StorageWriter, storageWriter } from "@skyport/service";
import { startPostgres, startRedis } from "@skyport/testing";
import { sql } from "drizzle-orm";
import { storagePlan } from "../../src/db/plan.ts";
import type { Product } from "../../src/domain/product.ts";
import { imagesUnder, toMessage } from "../../src/messages/product.ts";
import { findProducts } from "../../src/repositories/products.ts";
import { retryingWriter } from "../../src/retrying-writer.ts";

/** What every design is given: a database whose commits wait for the disk, and the cache before it. */
export interface Stage extends AsyncDisposable {
  readonly database: Database;
  readonly cache: Cache;
  readonly products: CachedEntity<ProductMessage>;
  readonly toMessage: (product: Product) => ProductMessage;
  readonly toVersioned: (product: Product) => Versioned<ProductMessage>;
  readonly writer: StorageWriter;
  /** Where `database` is. */
  readonly databaseUrl: string;
  /** Another database on the same server: its address. */
  createDatabase(): Promise<string>;
}

/** The id of a product of the stage: 0 is the hot one. */
export function productId(n: number): string {
  return `product-${n}`;
}

const PLENTY = 2_000_000_000;

/** As many connections as a service has by default. */
const CONNECTIONS = 10;

/** @param spread how many products there are beside the hot one */
export async function openStage(spread: number, withRedis: boolean): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres({ fsync: true, settings: { synchronous_commit: "on" } }));
  const databaseUrl = await postgres.createDatabase();
  await migrate({ url: databaseUrl, components: [DB_MIGRATIONS, storagePlan.migrations] });
  const database = opened.use(
    createDatabase({ url: databaseUrl, minConnections: CONNECTIONS, maxConnections: CONNECTIONS }),
  );
  await fill(database, spread);
  const redis = withRedis ? opened.use(await startRedis()) : undefined;
  const cache = opened.use(
    await createCache({
      store: redis === undefined ? "memory" : { redisUrl: redis.url },
      databaseIdentity: () => database.identity(Deadline.after(5_000)),
      schemaVersion: 1,
    }),
  );
  const imageUri = imagesUnder("https://images.example");
  const message = (product: Product) => toMessage(product, imageUri);
  const toVersioned = (product: Product) => ({ version: product.revision, value: message(product) });
  const products = cache.entity<ProductMessage>({
    name: "product",
    encode: (product) => toBinary(ProductSchema, product),
    decode: (bytes) => fromBinary(ProductSchema, bytes),
    ttlMs: 3_600_000,
    load: async (ids, deadline) => {
      const found = await database.read(deadline, (session) => findProducts(session, ids));
      return new Map(found.map((product) => [product.id, toVersioned(product)]));
    },
  });
  const writer = retryingWriter(storageWriter(cache, database));
  const owned = opened.move();
  return {
    database,
    cache,
    products,
    toMessage: message,
    toVersioned,
    writer,
    databaseUrl,
    createDatabase: () => postgres.createDatabase(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function fill(database: Database, spread: number): Promise<void> {
  const made = sqlStatement(
    sql.raw(
      `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision,
          price_currency, price_units, price_nanos)
        SELECT '${productId(0).slice(0, -1)}' || i, 'Ship ' || i, 1, 1, ${PLENTY}, nextval('revisions'), 'EUR', 9, 0
        FROM generate_series(0, ${spread}) AS i`,
    ),
    noRow,
  );
  await database.read(Deadline.after(60_000), (session) => session.run(made, {}));
  await database.read(Deadline.after(60_000), (session) =>
    session.run(sqlStatement(sql.raw("VACUUM ANALYZE products"), noRow), {}),
  );
}

/** An id of version 7, made now, for a reservation. */
export function newReservationId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomBytes(10).toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}
