import { backgroundDeadline, type Context } from "./context.ts";
import { IdentityWatch } from "./identity-watch.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import { type CacheOptions, DEFAULT_INTENT_TTL_MS, DEFAULT_LEASE_MS, quarantineOf } from "./options.ts";
import { Entity } from "./read/entity.ts";
import { Sampler } from "./read/sampler.ts";
import { RedisStore, SETTLING_MS } from "./redis/redis-store.ts";
import type { CacheStore } from "./store.ts";
import { NO_LOGGER, NO_METRICS } from "./telemetry.ts";
import type { CachedEntity, EntityOptions, Writer } from "./types.ts";
import type { Transactor } from "./write/transactor.ts";
import { ProtocolWriter } from "./write/writer.ts";

/** A cache over one store; entities and writers are made from it. */
export class Cache implements AsyncDisposable {
  readonly #context: Context;
  readonly #closing = new AbortController();
  readonly #background = new Set<Promise<unknown>>();
  readonly #entities = new Set<string>();
  readonly #watch: Disposable | undefined;
  readonly #startAnew: () => void;

  /** Services call `createCache`; tests hand in a store of their own. */
  constructor(
    store: CacheStore & { renew?(): void },
    options: Omit<CacheOptions, "store" | "databaseIdentity">,
    watch?: Disposable,
  ) {
    this.#watch = watch;
    this.#startAnew = () => store.renew?.();
    this.#context = {
      store,
      metrics: options.metrics ?? NO_METRICS,
      logger: options.logger ?? NO_LOGGER,
      schemaVersion: options.schemaVersion,
      waitMs: options.waitMs ?? 50,
      intentTtlMs: options.intentTtlMs ?? DEFAULT_INTENT_TTL_MS,
      releaseRetryMs: options.releaseRetryMs ?? 60_000,
      maxValueBytes: options.maxValueBytes ?? 1024 * 1024,
      staleness: options.staleness ?? "never",
      sampler: new Sampler(options.sampleRate ?? 0),
      closing: this.#closing.signal,
      callDeadline: backgroundDeadline,
      inBackground: (work) => this.#track(work),
    };
  }

  /** Declares a kind of row. Throws a TypeError when its name is malformed or taken. */
  entity<T>(options: EntityOptions<T>): CachedEntity<T> {
    if (this.#entities.has(options.name)) throw new TypeError(`the entity ${options.name} is declared twice`);
    const entity = new Entity(options, this.#context);
    this.#entities.add(options.name);
    return entity;
  }

  /** See `createWriter`. */
  writer<Tx>(transactor: Transactor<Tx>): Writer<Tx> {
    return new ProtocolWriter(this.#context, transactor);
  }

  /**
   * Forgets every value and holds none for `quarantineMs`: for whoever learns that the database may have been written
   * behind the cache's back, before reads go on.
   */
  renew(): void {
    this.#startAnew();
  }

  /** Ends background work and the store; to be called when no read or write is under way any more. */
  async close(): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    this.#closing.abort();
    await Promise.allSettled(this.#background);
    await this.#context.store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #track(work: Promise<unknown>): void {
    const tracked = work.then(
      () => undefined,
      () => undefined,
    );
    this.#background.add(tracked);
    void tracked.then(() => this.#background.delete(tracked));
  }
}

/**
 * Makes the cache of a service. With Redis it waits a moment for the first connection; when that does not come, the
 * service starts all the same (reads are answered by the loaders, writes are refused) and the cache connects later.
 * Throws an Error of one line when the Redis server is older than 7.
 */
export async function createCache(options: CacheOptions): Promise<Cache> {
  const store = await createStore(options);
  const watch = new IdentityWatch(options.databaseIdentity, () => store.renew());
  void watch.look();
  return new Cache(store, options, watch);
}

async function createStore(options: CacheOptions): Promise<MemoryStore | RedisStore> {
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const quarantineMs = quarantineOf(options);
  if (options.store === "memory") {
    const { maxEntries = 10_000, maxBytes = 64 * 1024 * 1024 } = options.memory ?? {};
    return new MemoryStore({ maxEntries, maxBytes, leaseMs, quarantineMs });
  }
  const { redisUrl: url, callTimeoutMs = 250, connectTimeoutMs = 500, decoded } = options.store;
  const { databaseIdentity, logger = NO_LOGGER, metrics = NO_METRICS } = options;
  return RedisStore.open({
    url,
    callTimeoutMs,
    connectTimeoutMs,
    databaseIdentity,
    logger,
    metrics,
    leaseMs,
    quarantineMs,
    settlingMs: SETTLING_MS,
    decoded: { maxEntries: 2_000, maxBytes: 2 * 1024 * 1024, ...decoded },
  });
}

/** A writer whose transactions run through the given transactor, for instance the `Database` of @skyport/db. */
export function createWriter<Tx>(cache: Cache, transactor: Transactor<Tx>): Writer<Tx> {
  return cache.writer(transactor);
}
