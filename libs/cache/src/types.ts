import type { Deadline } from "@skyport/deadline";
import type { CacheKey } from "./key.ts";
import type { Sealed } from "./store.ts";

/** A row with its revision: a number that grows with every committed change of that id, across delete and create too. */
export interface Versioned<T> {
  readonly version: bigint;
  readonly value: T;
}

/** How rows of one kind are cached. */
export interface EntityOptions<T> {
  /** `[a-z][a-z0-9_]*`, unique in a cache; part of every key. */
  readonly name: string;
  /** The bytes that are stored, for instance the binary form of a protobuf message. */
  encode(value: T): Uint8Array;
  /**
   * The inverse of `encode`. It depends on the bytes alone: what it makes of them is kept, frozen and shared by every
   * caller for as long as the bytes stay the same.
   */
  decode(bytes: Uint8Array): T;
  /** How long a value is kept, in milliseconds. It bounds memory, not staleness: values are never stale. */
  readonly ttlMs: number;
  /**
   * Reads rows from the PRIMARY database with a snapshot taken after the call (READ COMMITTED, no open transaction).
   * An id that does not exist is left out of the answer. Its rows are shared as those of `decode` are, and frozen. Its
   * errors reach the caller of `get`.
   */
  load(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, Versioned<T>>>;
  /** As `CacheOptions.sampleRate`, for this entity. Default: that of the cache. */
  readonly sampleRate?: number;
}

/** What is known of a row without waiting; `value` is undefined when it does not exist. */
export interface Held<T> {
  readonly value: T | undefined;
}

/** Rows of one kind, read through the cache. Rows are shared and frozen: whoever wants another one makes a copy. */
export interface CachedEntity<T> {
  readonly name: string;
  /**
   * The row, never older than the newest one whose write was acknowledged before the call; undefined when it does not
   * exist. The same object as before while it is cached and has not changed. The cache never fails a read. Throws what
   * `load` throws, and DEADLINE_EXCEEDED.
   */
  get(id: string, deadline: Deadline): Promise<T | undefined>;
  /** As `get`, for many, in the order of the ids: rows that do not exist are left out; what is not cached costs one `load`. */
  getMany(ids: readonly string[], deadline: Deadline): Promise<ReadonlyMap<string, T>>;
  /**
   * What `get` would answer at once, with the same guarantee and without a promise; undefined where `get` would have to
   * wait: always with Redis, and in this process while the row is not cached, or may be about to change.
   */
  peek(id: string): Held<T> | undefined;
  /** The key that a write of this row takes an intent on. */
  key(id: string): CacheKey;
  /** For writers: the stored form of a row, or of its absence. */
  seal(row: Versioned<T> | undefined): Sealed;
}

/** What the body of a write does with the cache. */
export interface Intents {
  /**
   * INTENT on each key, inside the open transaction and before its first change. May be called several times; a key that
   * is already taken costs nothing. Throws CACHE_UNAVAILABLE when the intents are not confirmed: let it end the
   * transaction, nothing is changed then. Throws DEADLINE_EXCEEDED.
   */
  take(...keys: readonly CacheKey[]): Promise<void>;
  /**
   * The row as this transaction leaves it. After COMMIT it takes the intent's place, unless another write overlapped.
   * The key must be taken.
   */
  offer<T>(entity: CachedEntity<T>, id: string, value: Versioned<T>): void;
  /** As `offer`, for a row that this transaction deletes. `version` documents the call; it is not kept. */
  offerAbsent<T>(entity: CachedEntity<T>, id: string, version?: bigint): void;
}

/** Writes rows that are cached. */
export interface Writer<Tx> {
  /**
   * Runs the body in a transaction and resolves only after every intent is confirmed as released, so that no read that
   * starts afterwards finds anything older. Throws what the body and the transactor throw, and CACHE_UNAVAILABLE: with
   * `metadata.outcome` "committed" when the change stands and only its release is unconfirmed, with "unknown" when even
   * the commit is, without `outcome` when nothing was changed.
   */
  write<R>(deadline: Deadline, body: (tx: Tx, intents: Intents) => Promise<R>): Promise<R>;
  /**
   * To be called before any answer that acknowledges an EARLIER commit of these keys (a repeated request_id, a change
   * that changes nothing, ALREADY_EXISTS): whoever made it may have died before its release, its intent lost. Throws
   * CACHE_UNAVAILABLE with `outcome` "committed".
   */
  reassure(deadline: Deadline, ...keys: readonly CacheKey[]): Promise<void>;
}
