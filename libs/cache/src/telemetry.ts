/**
 * What the cache counts. `hit`, `miss` (this caller's process took the lease), `wait` (another process is filling),
 * `writing` (a write is under way, read from the database) and `bypass` (the store cannot be used) add up to the lookups
 * in the store; `join` counts callers that shared another caller's lookup or read instead.
 */
export type CacheCounter =
  | "hit"
  | "miss"
  | "wait"
  | "writing"
  | "bypass"
  | "join"
  | "load"
  | "fill"
  | "fill_refused"
  | "intent"
  | "intent_refused"
  | "intent_renewed"
  | "release"
  | "contended"
  | "release_retry"
  | "release_given_up"
  | "sample"
  | "sample_mismatch";

/** `closed`: the store is used; `open`: it is left alone; `half_open`: a new connection is being tried. */
export type BreakerState = "closed" | "half_open" | "open";

/** Where the counts go; a service binds this to its metrics library. Must not throw. */
export interface CacheMetrics {
  /** `entity` is absent where a count is not about one entity. */
  count(counter: CacheCounter, by: number, entity?: string): void;
  breaker(state: BreakerState): void;
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
