import type { Deadline } from "@skyport/deadline";
import { type DomainError, databaseUnavailable } from "@skyport/errors";
import type { ResolvedConfig } from "../config.ts";
import { Client, type ClientOptions, UnsupportedServer } from "../connection/client.ts";
import { Backoff } from "./backoff.ts";
import { Waiters } from "./waiters.ts";

/** How many connections there are, and what they do. */
export interface PoolStats {
  readonly idle: number;
  readonly leased: number;
  readonly connecting: number;
  readonly waiting: number;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 500;
const SWEEP_MS = 5_000;
/** How long `close` leaves to units of work that are still running. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Connections to one database, each leased to one unit of work at a time. One more than is in use is kept open up to
 * the maximum, so that a unit rarely waits for a connect; whoever waits is served in order, until its deadline. While
 * the server cannot be reached and no connection is left, callers are refused at once, and one background attempt at
 * a time looks for the server.
 */
export class Pool {
  readonly #config: ResolvedConfig;
  readonly #options: ClientOptions;
  /** Last in, first out: the ones beyond the need grow old and are closed. */
  readonly #idle: { readonly client: Client; readonly since: number }[] = [];
  readonly #leased = new Set<Client>();
  readonly #waiters = new Waiters<Client>();
  readonly #backoff = new Backoff(FIRST_RETRY_MS, LAST_RETRY_MS);
  readonly #closing = new AbortController();
  readonly #connects = new Set<Promise<void>>();
  readonly #sweep: NodeJS.Timeout;
  #retry: { readonly timer: NodeJS.Timeout; readonly inMs: number } | undefined;
  /** Why the last attempt to connect failed, until one succeeds. */
  #failure: unknown;
  #drained: (() => void) | undefined;

  constructor(config: ResolvedConfig, options: ClientOptions) {
    this.#config = config;
    this.#options = options;
    this.#sweep = setInterval(() => this.#retireOld(), Math.min(SWEEP_MS, config.idleTimeoutMs));
    this.#sweep.unref();
  }

  get stats(): PoolStats {
    return {
      idle: this.#idle.length,
      leased: this.#leased.size,
      connecting: this.#connects.size,
      waiting: this.#waiters.size,
    };
  }

  /**
   * A connection for one unit of work, to be given back by `release`.
   *
   * @throws DEADLINE_EXCEEDED when none became free in time, DATABASE_UNAVAILABLE when none can be made.
   */
  async acquire(deadline: Deadline): Promise<Client> {
    if (this.#closing.signal.aborted) throw closed();
    deadline.check();
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      this.#lease(idle.client);
      this.#grow();
      return idle.client;
    }
    if (this.#failure !== undefined && this.#leased.size === 0) throw this.#unavailable();
    const waiting = this.#waiters.wait(deadline);
    this.#grow();
    return waiting;
  }

  /**
   * Ends a lease. The connection is used again only when the server has said that it is idle, outside a transaction;
   * with something in flight it is waited for up to `graceMs` more, counting against the maximum meanwhile, because the
   * server still works on it.
   */
  release(client: Client, graceMs = 0): void {
    if (client.connection.busy && graceMs > 0) {
      const timer = setTimeout(() => this.#giveUp(client), graceMs);
      void client.connection.quiet().then(() => {
        clearTimeout(timer);
        this.#takeBack(client);
      });
    } else {
      this.#takeBack(client);
    }
  }

  /** No answer long after the server itself ought to have ended the statement: other connections may be cut off too. */
  #giveUp(client: Client): void {
    client.connection.destroy("ETIMEDOUT");
    for (const { client: idle } of this.#idle.splice(0)) idle.connection.destroy("ETIMEDOUT");
  }

  #takeBack(client: Client): void {
    this.#leased.delete(client);
    const { connection } = client;
    if (!connection.settled) {
      connection.destroy();
    } else if (this.#closing.signal.aborted || client.isOlderThan(this.#config.maxLifetimeMs)) {
      void connection.close();
    } else {
      this.#offer(client);
    }
    if (this.#leased.size === 0) this.#drained?.();
    this.#refuseHopeless();
    this.#grow();
  }

  /** Connects, so that the first unit of work need not wait, and tells whether the server can be used at all. */
  async start(deadline: Deadline): Promise<void> {
    this.release(await this.acquire(deadline));
  }

  #lease(client: Client): void {
    this.#leased.add(client);
  }

  #offer(client: Client): void {
    if (client.connection.lost !== undefined) return;
    // Leased before it is handed over: between the two it must count as neither idle nor gone.
    this.#lease(client);
    if (this.#waiters.handOver(client)) return;
    this.#leased.delete(client);
    this.#idle.push({ client, since: performance.now() });
  }

  get #total(): number {
    return this.#idle.length + this.#leased.size + this.#connects.size;
  }

  /** Connects as many more as callers wait for, or the spare one, within the maximum; just one while the server is away. */
  #grow(): void {
    if (this.#closing.signal.aborted || this.#retry !== undefined) return;
    const { minConnections: min, maxConnections: max } = this.#config;
    const spare = this.#idle.length === 0 && this.#leased.size > 0 ? 1 : 0;
    const open = this.#idle.length + this.#leased.size;
    const wanted = Math.min(Math.max(min - open, this.#waiters.size + spare), max - open);
    // While the server is away nobody waits, so that a pool without a minimum, too, has to go on looking for it.
    const limit = this.#failure === undefined ? wanted : 1;
    while (this.#connects.size < limit && this.#total < max) this.#connect();
  }

  #connect(): void {
    const attempt = this.#attempt().finally(() => {
      this.#connects.delete(attempt);
      this.#grow();
    });
    this.#connects.add(attempt);
  }

  async #attempt(): Promise<void> {
    const timeout = AbortSignal.timeout(this.#config.connectTimeoutMs);
    try {
      const client = await Client.connect(this.#options, AbortSignal.any([timeout, this.#closing.signal]));
      this.#connected(client);
    } catch (error) {
      this.#failed(error);
    }
  }

  #connected(client: Client): void {
    this.#failure = undefined;
    this.#backoff.reset();
    this.#config.onEvent({ kind: "connected", pid: client.facts.pid });
    if (this.#closing.signal.aborted) {
      client.connection.destroy();
      return;
    }
    client.connection.onLost((error) => {
      this.#config.onEvent({ kind: "connection_lost", pid: client.facts.pid, error });
      this.#dropIdle(client);
    });
    this.#offer(client);
  }

  #failed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = error;
    this.#config.onEvent({ kind: "connect_failed", error, retryInMs: this.#retryLater() });
    this.#refuseHopeless();
  }

  /** Tells the pause in milliseconds. Attempts that were under way together fail together: one pause is for all. */
  #retryLater(): number {
    if (this.#retry === undefined) {
      const inMs = this.#backoff.next();
      const again = (): void => {
        this.#retry = undefined;
        this.#grow();
      };
      this.#retry = { timer: setTimeout(again, inMs), inMs };
    }
    return this.#retry.inMs;
  }

  /** While the server is away, whoever waits may still get a connection that others hold; without any, nobody waits. */
  #refuseHopeless(): void {
    if (this.#failure !== undefined && this.#leased.size === 0) this.#waiters.rejectAll(this.#unavailable());
  }

  #unavailable(): DomainError | UnsupportedServer {
    return this.#failure instanceof UnsupportedServer ? this.#failure : databaseUnavailable(this.#failure);
  }

  #dropIdle(client: Client): void {
    const at = this.#idle.findIndex((entry) => entry.client === client);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#grow();
  }

  #retireOld(): void {
    const { minConnections: min, idleTimeoutMs, maxLifetimeMs } = this.#config;
    const now = performance.now();
    for (const entry of [...this.#idle]) {
      const spare = this.#idle.length + this.#leased.size > min && now - entry.since > idleTimeoutMs;
      if (!spare && !entry.client.isOlderThan(maxLifetimeMs)) continue;
      this.#idle.splice(this.#idle.indexOf(entry), 1);
      void entry.client.connection.close();
    }
    this.#grow();
  }

  /** Refuses new work, waits a while for what runs, closes all connections. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearInterval(this.#sweep);
    clearTimeout(this.#retry?.timer);
    this.#waiters.rejectAll(closed());
    if (this.#leased.size > 0) await this.#drain();
    for (const client of this.#leased) client.connection.destroy();
    await Promise.all(this.#idle.splice(0).map(({ client }) => client.connection.close()));
    await Promise.allSettled(this.#connects);
  }

  async #drain(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    const timer = setTimeout(resolve, CLOSE_GRACE_MS);
    await promise;
    clearTimeout(timer);
  }
}

function closed(): DomainError {
  return databaseUnavailable(new Error("the pool is closed"));
}
