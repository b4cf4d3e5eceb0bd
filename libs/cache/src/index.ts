export { type Cache, createCache, createWriter } from "./cache.ts";
export { type CacheKey, MAX_ID_LENGTH } from "./key.ts";
export type { CacheOptions, MemoryBounds, RedisSettings } from "./options.ts";
export type { Sealed } from "./store.ts";
export type { BreakerState, CacheCounter, CacheLogger, CacheMetrics } from "./telemetry.ts";
export type { CachedEntity, EntityOptions, Intents, Versioned, Writer } from "./types.ts";
export type { CommitOutcome, ToldOutcome, Transactor } from "./write/transactor.ts";
