export { type Cache, createCache, createWriter } from "./cache.ts";
export { keptWith } from "./kept-with.ts";
export { type CacheKey, MAX_ID_LENGTH } from "./key.ts";
export type { CacheOptions, MemoryBounds, RedisSettings } from "./options.ts";
export type { HistogramSummary } from "./stats/histogram.ts";
export { type CacheSnapshot, type CacheStats, createCacheStats } from "./stats/stats.ts";
export type { Sealed } from "./store.ts";
export {
  type BreakerState,
  CACHE_COUNTERS,
  CACHE_HISTOGRAMS,
  type CacheCounter,
  type CacheHistogram,
  type CacheLogger,
  type CacheMetrics,
} from "./telemetry.ts";
export type { CachedEntity, EntityOptions, Held, Intents, Versioned, Writer } from "./types.ts";
export type { CommitOutcome, ToldOutcome, Transactor } from "./write/transactor.ts";
