import { redisAvailable, sharedRedis } from "@skyport/testing";

/** Where an instance caches: in Redis, or in its own process. The same suite runs with each. */
export type CacheKind = "Redis" | "the in-process cache";

export const CACHES: readonly CacheKind[] = (await redisAvailable("any"))
  ? ["Redis", "the in-process cache"]
  : ["the in-process cache"];

/** An address for `redisUrl`, and the share in the server that goes with it. */
export async function openCache(kind: CacheKind): Promise<{ url: string | undefined; close(): Promise<void> }> {
  if (kind === "the in-process cache") return { url: undefined, close: async () => undefined };
  const redis = await sharedRedis();
  return { url: redis.url, close: () => redis.stop() };
}
