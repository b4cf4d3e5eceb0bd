/** Reads products from Redis as a program, through the cache or bare: as many at a time as busy callers would. */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { createClient, RESP_TYPES } from "@redis/client";
import { createCache } from "@skyport/cache";
import { Deadline } from "@skyport/deadline";
import { type Product, ProductSchema } from "@skyport/proto";
import { isKind } from "../peers/process/usage.ts";
import { makeProducts } from "../peers/product.ts";

/** Asks for reads, by one way or the other. */
export interface ReadOrder {
  readonly kind: "read";
  readonly way: "cache" | "bare";
  readonly seconds: number;
}

export interface ReadResult {
  readonly kind: "have read";
  readonly reads: number;
  readonly seconds: number;
}

const AT_A_TIME = 32;
const CALL_MS = 5_000;
const TTL_MS = 3_600_000;

const { REDIS_URL: url = "" } = process.env;
const products = new Map<string, Product>();
for (const [id, { product }] of makeProducts()) if (product !== undefined) products.set(id, product);
/** As many for each reader, so that no two of them ever ask for the same, which the cache would read once. */
const ids = [...products.keys()].slice(0, products.size - (products.size % AT_A_TIME));
const keyOf = (id: string): string => `bare:${id}`;

const cache = await createCache({
  store: { redisUrl: url },
  databaseIdentity: async () => "1:1:1",
  schemaVersion: 1,
  // Nobody writes here, so that nothing has to be waited for.
  quarantineMs: 1,
});
const entity = cache.entity<Product>({
  name: "product",
  encode: (product) => toBinary(ProductSchema, product),
  decode: (bytes) => fromBinary(ProductSchema, bytes),
  ttlMs: TTL_MS,
  load: async (wanted) => new Map(wanted.flatMap((id) => versioned(id))),
});

function versioned(id: string): readonly (readonly [string, { version: bigint; value: Product }])[] {
  const value = products.get(id);
  return value === undefined ? [] : [[id, { version: 1n, value }]];
}

/** As the cache connects: the older protocol, and values as bytes. */
const client = createClient({
  url,
  RESP: 2,
  disableClientInfo: true,
  commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
});
await client.connect();

const WAYS = {
  async cache(id: string): Promise<boolean> {
    return (await entity.get(id, Deadline.after(CALL_MS))) !== undefined;
  },
  async bare(id: string): Promise<boolean> {
    return (await client.get(keyOf(id))) !== null;
  },
};

/** Each reader asks for one after the other. */
async function read({ way, seconds }: ReadOrder): Promise<ReadResult> {
  const start = performance.now();
  const end = start + seconds * 1_000;
  const find = WAYS[way];
  let reads = 0;
  const reader = async (first: number): Promise<void> => {
    for (let at = first; performance.now() < end; at += AT_A_TIME) {
      const id = ids[at % ids.length] ?? "";
      if (!(await find(id))) throw new Error(`${id} was not found by ${way}`);
      reads += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, index) => reader(index)));
  return { kind: "have read", reads, seconds: (performance.now() - start) / 1_000 };
}

for (const [id, product] of products) {
  await client.set(keyOf(id), Buffer.from(toBinary(ProductSchema, product)));
  await entity.get(id, Deadline.after(CALL_MS));
}
process.on("message", async (message) => {
  if (isKind<ReadOrder>(message, "read")) process.send?.(await read(message));
});
process.send?.({ kind: "ready to read" });
