import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CachedEntity, Versioned } from "@skyport/cache";
import type { Database, PageTokens } from "@skyport/db";
import { type Product as ProductMessage, ProductSchema } from "@skyport/proto";
import type { Logger, ReadinessCheck } from "@skyport/rpc";
import { openStorage, type StorageWriter } from "@skyport/service";
import type { Config } from "./config.ts";
import { storagePlan } from "./db/plan.ts";
import type { Product } from "./domain/product.ts";
import { imagesUnder, toMessage } from "./messages/product.ts";
import { findProducts } from "./repositories/products.ts";
import { Reserver } from "./reserver.ts";
import { retryingWriter } from "./retrying-writer.ts";

/** Everything that a route may use. */
export interface Context {
  readonly database: Database;
  /** Reads of products, through the cache. */
  readonly products: CachedEntity<ProductMessage>;
  /** Writes of products: transactions that the cache knows of. */
  readonly writer: StorageWriter;
  /** Decides what reservations hold. */
  readonly reserver: Pick<Reserver, "reserve">;
  readonly pageTokens: PageTokens;
  readonly toMessage: (product: Product) => ProductMessage;
  readonly toVersioned: (product: Product) => Versioned<ProductMessage>;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  close(): Promise<void>;
}

/** A product changes rarely; the time bounds memory, not staleness. */
const PRODUCT_TTL_MS = 60 * 60 * 1000;

/** Wires what the routes need. Throws ConfigError when the service cannot start. */
export async function createContext(
  config: Config,
  logger: Logger,
  onFatal: (error: unknown) => void,
): Promise<Context> {
  const storage = await openStorage(config, storagePlan, logger, onFatal);
  const { database, cache, pageTokens, readiness } = storage;
  const writer = retryingWriter(storage.writer);
  const imageUri = imagesUnder(config.imageRoot);
  const message = (product: Product): ProductMessage => toMessage(product, imageUri);
  const toVersioned = (product: Product): Versioned<ProductMessage> => ({
    version: product.revision,
    value: message(product),
  });
  const products = cache.entity<ProductMessage>({
    name: "product",
    // The picture's address is this instance's configuration, and no part of what instances share.
    encode: (product) => toBinary(ProductSchema, { ...product, imageUri: "" }),
    decode: (bytes) => {
      const product = fromBinary(ProductSchema, bytes);
      product.imageUri = imageUri(product.id);
      return product;
    },
    ttlMs: PRODUCT_TTL_MS,
    load: async (ids, deadline) => {
      const found = await database.read(deadline, (session) => findProducts(session, ids));
      return new Map(found.map((product) => [product.id, toVersioned(product)]));
    },
  });
  return {
    database,
    products,
    writer,
    reserver: new Reserver({ products, toVersioned, writer }),
    pageTokens,
    toMessage: message,
    toVersioned,
    readiness,
    close: () => storage.close(),
  };
}
