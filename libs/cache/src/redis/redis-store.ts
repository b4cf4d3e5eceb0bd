import { setTimeout as delay } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";
import { StoreUnavailable } from "../errors.ts";
import type { MemoryBounds } from "../options.ts";
import type { CacheStore, Lookup, Release, ReleaseResult, Sealed } from "../store.ts";
import type { RedisConnection, Reply } from "./connection.ts";
import { type Found, readEntry } from "./entry.ts";
import { KeptBytes } from "./kept-bytes.ts";
import { type LinkSettings, RedisLink } from "./link.ts";
import { LookupTurns, type WantedKey } from "./lookup-turns.ts";
import { SCRIPTS } from "./scripts.ts";

export interface RedisStoreOptions extends LinkSettings {
  readonly leaseMs: number;
  readonly quarantineMs: number;
  readonly settlingMs: number;
  /** How much is remembered of what was read. Default: nothing. */
  readonly decoded?: MemoryBounds;
}

/** What scripts answer when the namespace's guard stands for another timeline. */
const OTHER_TIMELINE = -1;

/**
 * Readers trust the namespace for this long after a check; writers have theirs checked each time. A namespace takes its
 * first intent only after twice that time, when nobody trusts its predecessor any more.
 */
export const TRUST_MS = 100;
export const SETTLING_MS = 2 * TRUST_MS;

/** The protocol over one Redis primary. */
export class RedisStore implements CacheStore {
  readonly #link: RedisLink;
  readonly #options: RedisStoreOptions;
  readonly #kept: KeptBytes;
  readonly #turns = new LookupTurns((wanted) => this.#look(wanted));

  private constructor(options: RedisStoreOptions) {
    this.#options = options;
    this.#link = new RedisLink(options);
    this.#kept = new KeptBytes(options.decoded ?? {});
  }

  /** Waits for the first attempt to connect, whatever comes of it. Throws UnsupportedServer. */
  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(options);
    await store.#link.start();
    return store;
  }

  lookup(keys: readonly string[], token: string, deadline: Deadline): Promise<readonly Lookup[]> {
    return this.#bounded(deadline, this.#turns.lookup(keys, token));
  }

  fill(key: string, token: string, { bytes, ttlMs }: Sealed, deadline: Deadline): Promise<boolean> {
    return this.#within(deadline, async (connection) => {
      const { prefix, guard, timeline } = connection.namespace;
      const { quarantineMs } = this.#options;
      const args = [token, asBuffer(bytes), String(ttlMs), timeline, String(quarantineMs)];
      return number(connection, await connection.run(SCRIPTS.fill, [prefix + key, guard], args)) === 1;
    });
  }

  abandon(keys: readonly string[], token: string, deadline: Deadline): Promise<void> {
    return this.#within(deadline, async (connection) => {
      const { prefix } = connection.namespace;
      await Promise.all(keys.map((key) => connection.run(SCRIPTS.abandon, [prefix + key], [token])));
    });
  }

  intend(keys: readonly string[], token: string, ttlMs: number, deadline: Deadline): Promise<void> {
    return this.#within(deadline, async (connection) => {
      const { prefix, guard, timeline } = connection.namespace;
      const { settlingMs, quarantineMs } = this.#options;
      const args = [token, String(ttlMs), timeline, String(settlingMs), String(quarantineMs)];
      const intend = async (key: string): Promise<void> => {
        const left = number(connection, await connection.run(SCRIPTS.intend, [prefix + key, guard], args));
        if (left === 0) return;
        // The namespace is too young. Nothing was taken, so this is no repetition.
        await delay(Math.min(left, deadline.remainingMs));
        deadline.check();
        await Promise.all([intend(key), connection.check()]);
      };
      const taken = keys.map(intend);
      await Promise.all([...taken, connection.check()]);
    });
  }

  async release(releases: readonly Release[], token: string, deadline: Deadline): Promise<readonly ReleaseResult[]> {
    return this.#within(deadline, async (connection) => {
      const { prefix, guard, timeline } = connection.namespace;
      const { quarantineMs, settlingMs } = this.#options;
      const common = [token, timeline, String(quarantineMs), String(settlingMs)];
      const answers = releases.map(async ({ key, value }): Promise<ReleaseResult> => {
        const offer = value === undefined ? [] : [asBuffer(value.bytes), String(value.ttlMs)];
        const reply = await connection.run(SCRIPTS.release, [prefix + key, guard], [...common, ...offer]);
        const [contended, left] = pair(connection, reply);
        if (left > 0) {
          // It is released, and a reader may still find what the namespace before this one held. A timer may fire early,
          // by a part of a millisecond.
          await delay(left + 1);
          await connection.check();
        }
        return contended === 1 ? "contended" : "released";
      });
      // What is released in a namespace that readers have left behind is not released: the check fails for all.
      const [results] = await Promise.all([
        Promise.all(answers.map((answer) => answer.catch(toError))),
        connection.check(),
      ]);
      return results;
    });
  }

  /** Starts anew in another namespace: for a database that is not the same any more. */
  renew(): void {
    this.#link.renew();
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  async #look(wanted: readonly WantedKey[]): Promise<readonly Lookup[]> {
    const { connection } = this.#link;
    const answers = this.#ask(connection, wanted);
    // Behind the lookups in the pipeline, so that it speaks for them.
    const check = connection.sinceCheck > TRUST_MS ? connection.check() : undefined;
    const entries = check === undefined ? await answers : (await Promise.all([answers, check]))[0];
    const { now } = connection;
    // All of them before the first is taken over: an answer that is none fails for all.
    const found = wanted.map((one, index) => ({ ...one, entry: readEntry(buffer(entries[index]), now) }));
    return Promise.all(
      found.map(({ key, token, entry }) => {
        if (entry.state === "ended") return this.#takeOver(connection, key, token);
        return entry.state === "value" ? { state: entry.state, bytes: this.#kept.same(key, entry.bytes) } : entry;
      }),
    );
  }

  /** What the keys hold; whoever finds nothing has taken the lease. A script for one key would cost Redis more than the command. */
  async #ask(connection: RedisConnection, wanted: readonly WantedKey[]): Promise<readonly Reply[]> {
    const { prefix } = connection.namespace;
    const lease = String(this.#options.leaseMs);
    const [first, ...others] = wanted;
    if (first !== undefined && others.length === 0)
      return [await connection.send(["SET", prefix + first.key, `L${first.token}`, "NX", "GET", "PX", lease])];
    const keys = wanted.map(({ key }) => prefix + key);
    const reply = await connection.run(SCRIPTS.lookup, keys, [lease, ...wanted.map(({ token }) => token)]);
    return array(reply);
  }

  async #takeOver(connection: RedisConnection, key: string, token: string): Promise<Lookup> {
    const { prefix } = connection.namespace;
    const entry = await connection.run(SCRIPTS.takeOver, [prefix + key], [token, String(this.#options.leaseMs)]);
    const found: Found = readEntry(buffer(entry), connection.now);
    return found.state === "ended" ? { state: "writing" } : found;
  }

  /** The connection itself ends what takes longer than a call may; the deadline can only be earlier. */
  async #within<R>(deadline: Deadline, work: (connection: RedisConnection) => Promise<R>): Promise<R> {
    return this.#bounded(deadline, work(this.#link.connection));
  }

  #bounded<R>(deadline: Deadline, running: Promise<R>): Promise<R> {
    return deadline.remainingMs < this.#options.callTimeoutMs ? deadline.race(running) : running;
  }
}

function pair(connection: RedisConnection, reply: Reply): readonly [number, number] {
  if (!Array.isArray(reply)) return [number(connection, reply), 0];
  const [first, second] = reply;
  return [number(connection, first), number(connection, second)];
}

function number(connection: RedisConnection, reply: Reply | undefined): number {
  if (reply === OTHER_TIMELINE) throw connection.giveUp("the database has moved to another timeline");
  if (typeof reply === "number") return reply;
  throw new StoreUnavailable("Redis gave an answer of another type than asked for");
}

function array(reply: Reply): readonly Reply[] {
  if (Array.isArray(reply)) return reply;
  throw new StoreUnavailable("Redis gave an answer of another type than asked for");
}

function buffer(reply: Reply | undefined): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply;
  throw new StoreUnavailable("Redis gave an answer of another type than asked for");
}

/** The driver sends Buffers as they are, other byte arrays not at all. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new StoreUnavailable("Redis failed", { cause: error });
}
