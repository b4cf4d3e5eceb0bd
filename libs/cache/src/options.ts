import type { CacheLogger, CacheMetrics } from "./telemetry.ts";

/** How much of this process's memory may be used. */
export interface MemoryBounds {
  /** How many values are kept. Default 10,000. */
  readonly maxEntries?: number;
  /** How many bytes they have together, as they are stored. */
  readonly maxBytes?: number;
}

/** How a Redis (7 or newer) or Valkey (7.2 or newer) primary is used. */
export interface RedisSettings {
  /** `redis://` or `rediss://`, with user, password and database number where needed. */
  readonly redisUrl: string;
  /** How long Redis may take to answer before its connection is given up, in milliseconds. Default 250. */
  readonly callTimeoutMs?: number;
  /**
   * How long a connection may take to be made and checked, in milliseconds. Default 500; the first one may take twice as
   * long. Shorter means that writes work again sooner after Redis was cut off.
   */
  readonly connectTimeoutMs?: number;
  /**
   * How much of what was read is remembered in its decoded form, the least recently read goes first. It saves decoding a
   * row whose bytes are the same as before, and nothing else: Redis is asked on each read. `maxBytes` counts the stored
   * bytes; decoded, and with answers that a service keeps beside them, they take several times that. Default: 2,000 rows
   * and 2 MiB; 0 of either turns it off.
   */
  readonly decoded?: MemoryBounds;
}

export interface CacheOptions {
  /**
   * `memory` serves ONE process per database: a second one would not see the first one's writes. Several instances, a
   * rolling restart included, need Redis.
   */
  readonly store: "memory" | RedisSettings;
  /**
   * What tells this database from any other, and from itself before a restore or failover: PostgreSQL's
   * `system_identifier`, database oid and timeline, the timeline last and after a colon. Asked for each connection to Redis.
   */
  readonly databaseIdentity: () => Promise<string>;
  /** A number that grows with each change of an entity's encoding. Values of another version are never decoded. */
  readonly schemaVersion: number;
  /** How much is kept when there is no Redis. Default: 10,000 values and 64 MiB. */
  readonly memory?: MemoryBounds;
  /** How long one reader may fill a key before another takes over, in milliseconds. Default 2,000. */
  readonly leaseMs?: number;
  /** How long a reader waits for another process to fill, before it reads by itself, in milliseconds. Default 50. */
  readonly waitMs?: number;
  /**
   * How long an intent lives unless it is renewed, in milliseconds. Must be longer than the database's
   * `transaction_timeout` by a margin. Default 5,000, for a timeout of 3 s.
   */
  readonly intentTtlMs?: number;
  /**
   * How long a store that starts empty holds no values, in milliseconds: writes whose intents the old store took along may
   * still commit while an intent would live, and what was read before they did may be filled while a lease lives. Default:
   * `intentTtlMs` and `leaseMs` together. Shorter is safe only where no writes can be under way.
   */
  readonly quarantineMs?: number;
  /** How long an unconfirmed release is repeated after its caller was answered, in milliseconds. Default 60,000. */
  readonly releaseRetryMs?: number;
  /** Larger values are not cached. In bytes; default 1 MiB. */
  readonly maxValueBytes?: number;
  /**
   * `never` (the default): a write that cannot reach Redis is refused. `bounded-by-ttl`: it goes on, and other readers may
   * see the old row until its `ttlMs` is over.
   */
  readonly staleness?: "never" | "bounded-by-ttl";
  /**
   * Share of hits, 0 to 1, that are compared with the database in the background, at most one at a time; see `sample_mismatch`.
   * An entity may have its own. Default 0.
   */
  readonly sampleRate?: number;
  readonly logger?: CacheLogger;
  readonly metrics?: CacheMetrics;
}

export const DEFAULT_INTENT_TTL_MS = 5_000;
export const DEFAULT_LEASE_MS = 2_000;

/** As long as an intent lives, for the writes whose intents are lost, and then a lease, for who read before they committed. */
export function quarantineOf(options: Pick<CacheOptions, "quarantineMs" | "intentTtlMs" | "leaseMs">): number {
  const { intentTtlMs = DEFAULT_INTENT_TTL_MS, leaseMs = DEFAULT_LEASE_MS } = options;
  return options.quarantineMs ?? intentTtlMs + leaseMs;
}
