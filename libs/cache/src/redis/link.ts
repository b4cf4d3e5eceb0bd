import { setTimeout as delay } from "node:timers/promises";
import { StoreUnavailable } from "../errors.ts";
import type { CacheLogger, CacheMetrics } from "../telemetry.ts";
import { unlessAborted } from "../unless-aborted.ts";
import { backoffMs } from "./backoff.ts";
import { type Identity, RedisConnection } from "./connection.ts";
import { UnsupportedServer } from "./server-info.ts";

export interface LinkSettings {
  readonly url: string;
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly databaseIdentity: () => Promise<string>;
  readonly logger: CacheLogger;
  readonly metrics: CacheMetrics;
}

/** A connection that is lost sooner than this counts as a failed attempt, so that attempts do not follow each other at once. */
const STABLE_MS = 5_000;

/** The first attempt of all may take this much longer: the process that waits for it is busy starting. */
const START_PATIENCE = 2;

/** An outage is told of when it begins, and then this often, in milliseconds: attempts are too many to log each. */
const REMIND_MS = 10_000;

/**
 * Keeps a connection: after a loss it makes a new one, less and less often while that fails. This is the breaker too:
 * without a connection every call fails at once (open), and each attempt to connect, of which there is one at a time, is its
 * probe (half-open). No call waits for an attempt.
 */
export class RedisLink {
  readonly #settings: LinkSettings;
  readonly #closing = new AbortController();
  #connection: RedisConnection | undefined;
  #loop: Promise<void> | undefined;
  #identity: string | undefined;
  #attempting = false;
  #failures = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #connectedAt = 0;

  constructor(settings: LinkSettings) {
    this.#settings = settings;
  }

  /** The connection in use. Throws StoreUnavailable at once when there is none. */
  get connection(): RedisConnection {
    if (this.#connection === undefined) throw new StoreUnavailable("there is no connection to Redis");
    return this.#connection;
  }

  /** The first attempt. When it fails, the attempts go on by themselves. Throws only UnsupportedServer. */
  async start(): Promise<void> {
    try {
      await this.#connect(this.#settings.connectTimeoutMs * START_PATIENCE);
    } catch (error) {
      if (error instanceof UnsupportedServer) throw error;
      this.#warn(error);
      this.#reconnect();
    }
  }

  /** Gives the connection up; the next one asks for the database's identity again. */
  renew(): void {
    this.#connection?.giveUp("the database has another identity");
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection?.close();
    this.#connection = undefined;
    await this.#loop;
  }

  async #connect(connectTimeoutMs: number): Promise<void> {
    this.#settings.metrics.breaker("half_open");
    const { url, callTimeoutMs, logger } = this.#settings;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(connectTimeoutMs)]);
    const connection = await RedisConnection.open(
      {
        url,
        callTimeoutMs,
        connectTimeoutMs,
        logger,
        // Half of the attempt's time, so that the other half is left for going on with what is remembered.
        identity: () => this.#databaseIdentity(connectTimeoutMs / 2),
        onLost: (lost, reason) => this.#lost(lost, reason),
      },
      signal,
    );
    if (connection.lost !== undefined) throw connection.lost;
    this.#connection = connection;
    this.#connectedAt = performance.now();
    this.#warnedAt = Number.NEGATIVE_INFINITY;
    this.#settings.metrics.breaker("closed");
  }

  /** Falls back to the last answer while the database is away: cached rows can then still be served. */
  async #databaseIdentity(timeoutMs: number): Promise<Identity> {
    try {
      this.#identity = await unlessAborted(AbortSignal.timeout(timeoutMs), this.#settings.databaseIdentity());
      return { text: this.#identity, confirmed: true };
    } catch (error) {
      if (this.#identity === undefined) throw error;
      return { text: this.#identity, confirmed: false };
    }
  }

  #lost(connection: RedisConnection, reason: Error): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (performance.now() - this.#connectedAt > STABLE_MS) this.#failures = 0;
    this.#warn(reason);
    this.#reconnect();
  }

  #reconnect(): void {
    this.#settings.metrics.breaker("open");
    if (!this.#attempting) this.#loop = this.#attempts();
  }

  async #attempts(): Promise<void> {
    const { signal } = this.#closing;
    this.#attempting = true;
    let startedAt = performance.now();
    while (!signal.aborted && this.#connection === undefined) {
      // From start to start: an attempt that timed out has been its own pause.
      const pause = startedAt + backoffMs(this.#failures) - performance.now();
      await delay(Math.max(pause, 1), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      startedAt = performance.now();
      this.#failures += 1;
      try {
        await this.#connect(this.#settings.connectTimeoutMs);
      } catch (error) {
        if (signal.aborted) break;
        this.#settings.metrics.breaker("open");
        this.#warn(error);
      }
    }
    this.#attempting = false;
  }

  #warn(error: unknown): void {
    if (performance.now() - this.#warnedAt < REMIND_MS) return;
    this.#warnedAt = performance.now();
    this.#settings.logger.warn({ err: error, failures: this.#failures }, "the cache has no connection to Redis");
  }
}
