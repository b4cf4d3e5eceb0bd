import { RESP_TYPES, RedisClient } from "@redis/client";
import { Deadline } from "@skyport/deadline";
import { type Cache, createCache } from "../../src/cache.ts";
import type { CachedEntity } from "../../src/types.ts";
import type { Subject } from "./rounds.ts";

/** A row of about 300 bytes, as a product is. */
interface Row {
  readonly id: string;
  readonly title: string;
  readonly price: { readonly currencyCode: string; readonly units: number };
  readonly notes: string;
}

const ROWS = 1_000;
const BATCH = 100;
const IDS = Array.from({ length: ROWS }, (_, index) => `row-of-some-length-${index}`);
const DEADLINE = Deadline.NEVER;

function rowOf(id: string): Row {
  return { id, title: `The ${id}`, price: { currencyCode: "EUR", units: id.length }, notes: "x".repeat(180) };
}

/** The ids over and over again. */
function cycle(): () => string {
  let at = 0;
  return () => {
    at = (at + 1) % ROWS;
    return IDS[at] ?? "";
  };
}

async function warmed(cache: Cache): Promise<CachedEntity<Row>> {
  const rows = cache.entity<Row>({
    name: "row",
    ttlMs: 3_600_000,
    encode: (row) => Buffer.from(JSON.stringify(row)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString("utf8")),
    load: async (ids) => new Map(ids.map((id) => [id, { version: 1n, value: rowOf(id) }])),
  });
  for (let pass = 0; pass < 3; pass += 1) await Promise.all(IDS.map((id) => rows.get(id, DEADLINE)));
  return rows;
}

const COMMON = { databaseIdentity: async () => "bench:1:1", schemaVersion: 1, quarantineMs: 0 };

/** What is measured, with what ends it. */
export interface Stage extends AsyncDisposable {
  readonly subjects: readonly Subject[];
}

/** Hits in this process, beside an async function that reads a Map. */
export async function inProcess(): Promise<Stage> {
  const cache = await createCache({ ...COMMON, store: "memory" });
  const rows = await warmed(cache);
  const plain = new Map(IDS.map((id) => [id, rowOf(id)]));
  const read = async (id: string): Promise<Row | undefined> => plain.get(id);
  const [forMap, again, forGet, forPeek] = [cycle(), cycle(), cycle(), cycle()];
  return {
    subjects: [
      { name: "Map behind an async function", step: () => read(forMap()) },
      { name: "the same again", step: () => read(again()) },
      { name: "get", step: () => rows.get(forGet(), DEADLINE) },
      { name: "peek", step: () => rows.peek(forPeek()) },
    ],
    [Symbol.asyncDispose]: () => cache.close(),
  };
}

/** Hits in Redis, beside the driver's own GET of the same bytes on a connection of its own. */
export async function overRedis(redisUrl: string): Promise<Stage> {
  const store = { redisUrl, callTimeoutMs: 5_000 };
  const cache = await createCache({ ...COMMON, store });
  const rows = await warmed(cache);
  const decoding = await createCache({ ...COMMON, store: { ...store, decoded: { maxEntries: 0 } } });
  const decoded = await warmed(decoding);
  const Client = RedisClient.factory({ RESP: 2 });
  const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
  const bare = Client({ url: redisUrl, disableClientInfo: true, commandOptions });
  await bare.connect();
  for (const id of IDS) await bare.set(`bench:${id}`, Buffer.from(rows.seal({ version: 1n, value: rowOf(id) }).bytes));
  const [forBare, again, forGet, forDecoding] = [cycle(), cycle(), cycle(), cycle()];
  return {
    subjects: [
      { name: "bare GET", step: () => bare.get(`bench:${forBare()}`) },
      { name: "the same again", step: () => bare.get(`bench:${again()}`) },
      { name: "get", step: () => rows.get(forGet(), DEADLINE) },
      { name: "get, decoded each time", step: () => decoded.get(forDecoding(), DEADLINE) },
      { name: "get of one hot row", step: () => rows.get(IDS[0] ?? "", DEADLINE) },
    ],
    async [Symbol.asyncDispose]() {
      bare.destroy();
      await Promise.all([cache.close(), decoding.close()]);
    },
  };
}

/** Batches of a hundred, beside the driver's MGET of as many. */
export async function batches(redisUrl: string): Promise<Stage> {
  const cache = await createCache({ ...COMMON, store: { redisUrl, callTimeoutMs: 5_000 } });
  const memory = await createCache({ ...COMMON, store: "memory" });
  const [rows, near] = [await warmed(cache), await warmed(memory)];
  const ids = IDS.slice(0, BATCH);
  const Client = RedisClient.factory({ RESP: 2 });
  const commandOptions = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };
  const bare = Client({ url: redisUrl, disableClientInfo: true, commandOptions });
  await bare.connect();
  const keys = ids.map((id) => `bench:${id}`);
  for (const id of ids) await bare.set(`bench:${id}`, Buffer.from(rows.seal({ version: 1n, value: rowOf(id) }).bytes));
  return {
    subjects: [
      { name: "bare MGET", step: () => bare.mGet(keys) },
      { name: "the same again", step: () => bare.mGet(keys) },
      { name: "getMany", step: () => rows.getMany(ids, DEADLINE) },
      { name: "getMany in process", step: () => near.getMany(ids, DEADLINE) },
    ],
    async [Symbol.asyncDispose]() {
      bare.destroy();
      await Promise.all([cache.close(), memory.close()]);
    },
  };
}
