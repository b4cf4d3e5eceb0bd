import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisBusDriver, redisDriver } from "bentocache/drivers/redis";
import { Redis } from "ioredis";
import type { Subject } from "../subject.ts";
import { decode, encode } from "./encoding.ts";
import { ordinary } from "./ordinary.ts";
import { seenOf } from "./rows.ts";
import type { DesignTools } from "./tools.ts";

/** bentocache with its three parts, as its documentation sets it up: memory, Redis, and a bus that tells the others. */
export async function bentocache(tools: DesignTools): Promise<Subject> {
  const { rows, counts, description, deadlineMs, ttlMs } = tools;
  const connection = new Redis(description.redisUrl);
  connection.on("error", () => undefined);
  const { hostname: host, port } = new URL(description.redisUrl);
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000 }))
    .useL2Layer(redisDriver({ connection }))
    .useBus(redisBusDriver({ connection: { host, port: Number(port) } }));
  const bento = new BentoCache({ default: "rows", ttl: ttlMs, stores: { rows: store } });
  bento.on("cache:hit", () => counts.add("hit"));

  const read = async (key: string): Promise<Seen> => {
    const factory = async () => encode((await rows.load([key], Deadline.after(deadlineMs))).get(key));
    return seenOf(decode(await bento.getOrSet({ key, factory })));
  };
  // It has no batches.
  const readMany = async (keys: readonly string[]) =>
    new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
  return ordinary(tools, {
    read,
    readMany,
    after: async (key) => {
      await bento.delete({ key });
    },
    close: async () => {
      await bento.disconnectAll();
      connection.disconnect();
    },
  });
}
