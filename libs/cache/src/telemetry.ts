/**
 * What the cache counts. `hit`, `miss` (this caller's process took the lease), `wait` (another process is filling),
 * `writing` (a write is under way, read from the database) and `bypass` (the store cannot be used) add up to the lookups
 * in the store; `join` counts callers that shared another caller's lookup or read instead.
 */
export const CACHE_COUNTERS = [
  "hit",
  "miss",
  "wait",
  "writing",
  "bypass",
  "join",
  "load",
  "fill",
  "fill_refused",
  "intent",
  "intent_refused",
  "intent_renewed",
  "release",
  "contended",
  "release_retry",
  "release_given_up",
  "sample",
  "sample_mismatch",
] as const;
export type CacheCounter = (typeof CACHE_COUNTERS)[number];

/**
 * What the cache measures, all in milliseconds, failures included: `lookup_ms`, `fill_ms` and `intent_ms` one operation of the
 * store, for however many keys (a hit in process, which waits for nothing, is not timed); `release_ms` from the transaction's outcome to the confirmed release, repetitions included;
 * `load_ms` one call of an entity's `load`; `wait_ms` a reader's wait for another process to fill.
 */
export const CACHE_HISTOGRAMS = ["lookup_ms", "fill_ms", "intent_ms", "release_ms", "load_ms", "wait_ms"] as const;
export type CacheHistogram = (typeof CACHE_HISTOGRAMS)[number];

/** `closed`: the store is used; `open`: it is left alone; `half_open`: a new connection is being tried. */
export type BreakerState = "closed" | "half_open" | "open";

/** Where the numbers go; a service binds this to its metrics library. Must not throw. */
export interface CacheMetrics {
  /** `entity` is absent where a count is not about one entity. */
  count(counter: CacheCounter, by: number, entity?: string): void;
  /** The state of the connection to Redis from now on; never called by the in-process store. */
  breaker(state: BreakerState): void;
  /** Without it no clock is read. `entity` is absent where a measurement is not about one entity. */
  observe?(histogram: CacheHistogram, value: number, entity?: string): void;
}

/** The part of a pino logger that the cache uses. */
export interface CacheLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => undefined;

/** Counts nothing. */
export const NO_METRICS: CacheMetrics = { count: nothing, breaker: nothing };

/** Logs nothing. */
export const NO_LOGGER: CacheLogger = { info: nothing, warn: nothing, error: nothing };

/** Starts to measure; what it returns ends it. Reads no clock where nobody listens. */
export function startTimer(metrics: CacheMetrics, histogram: CacheHistogram, entity?: string): () => void {
  if (metrics.observe === undefined) return nothing;
  const start = performance.now();
  return () => metrics.observe?.(histogram, performance.now() - start, entity);
}
