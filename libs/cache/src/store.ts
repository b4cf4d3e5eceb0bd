import type { Deadline } from "@skyport/deadline";

/**
 * What a lookup finds. `leased`: nothing was there, and the caller now holds the lease under its token; `filling`: another
 * reader holds it; `writing`: writes that may still commit.
 */
export type Lookup =
  | { readonly state: "value"; readonly bytes: Uint8Array }
  | { readonly state: "leased" }
  | { readonly state: "filling" }
  | { readonly state: "writing" };

/** A value as it is stored, with its lifetime in milliseconds. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly ttlMs: number;
}

/** One key of a RELEASE; `value` is what may take the intent's place. */
export interface Release {
  readonly key: string;
  readonly value?: Sealed | undefined;
}

/** `contended`: other writes of the key overlapped with this one, so that its offer was dropped. */
export type ReleaseResult = "released" | "contended" | Error;

/**
 * The operations of the protocol, each atomic for its key. Keys are `CacheKey.name`s. Every operation throws
 * StoreUnavailable when its effect is not confirmed in time: it may or may not have happened.
 */
export interface CacheStore {
  /** GET: a value; else the lease for `token`; else who is in the way. One answer a key, in order. */
  lookup(keys: readonly string[], token: string, deadline: Deadline): Promise<readonly Lookup[]>;

  /**
   * For stores in this process, others leave it out: the bytes that a lookup would find at this moment, without a lease and
   * without waiting; undefined whatever else is there. Bytes that are the same object are the same value.
   */
  peek?(key: string): Uint8Array | undefined;

  /** FILL: the value takes the lease's place, if the key still holds exactly this lease. True when it did. */
  fill(key: string, token: string, value: Sealed, deadline: Deadline): Promise<boolean>;

  /** Gives a lease back unused, if it is still held. */
  abandon(keys: readonly string[], token: string, deadline: Deadline): Promise<void>;

  /** INTENT: from now on, and for `ttlMs`, nobody serves or fills these keys. Again with the same token: renews. */
  intend(keys: readonly string[], token: string, ttlMs: number, deadline: Deadline): Promise<void>;

  /** RELEASE: this write is over. Idempotent. One answer a key, in order; an Error where it is not confirmed. */
  release(releases: readonly Release[], token: string, deadline: Deadline): Promise<readonly ReleaseResult[]>;

  close(): Promise<void>;
}
