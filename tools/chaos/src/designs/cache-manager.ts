import KeyvRedis from "@keyv/redis";
import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { createCache } from "cache-manager";
import { Keyv } from "keyv";
import type { Subject } from "../subject.ts";
import { decode, encode } from "./encoding.ts";
import { ordinary } from "./ordinary.ts";
import { seenOf } from "./rows.ts";
import type { DesignTools } from "./tools.ts";

/**
 * cache-manager over Redis: `wrap` to read, `del` after COMMIT. Without a tier in memory, which nothing would tell of the
 * other processes' writes.
 */
export async function cacheManager(tools: DesignTools): Promise<Subject> {
  const { rows, counts, description, deadlineMs, ttlMs } = tools;
  const cache = createCache({ stores: [new Keyv({ store: new KeyvRedis(description.redisUrl) })], ttl: ttlMs });

  const read = async (key: string): Promise<Seen> => {
    let loaded = false;
    const text = await cache.wrap(key, async () => {
      loaded = true;
      return encode((await rows.load([key], Deadline.after(deadlineMs))).get(key));
    });
    if (!loaded) counts.add("hit");
    return seenOf(decode(text));
  };
  const readMany = async (keys: readonly string[]) =>
    new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
  return ordinary(tools, {
    read,
    readMany,
    after: async (key) => {
      await cache.del(key);
    },
    close: async () => {
      await cache.disconnect();
    },
  });
}
