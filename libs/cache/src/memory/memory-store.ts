import { LRUCache } from "lru-cache";
import {
  abandon,
  fill,
  intend,
  type Lease,
  look,
  peek,
  prune,
  release,
  type Slot,
  type Value,
  type Writing,
} from "../protocol/slot.ts";
import type { CacheStore, Lookup, Release, ReleaseResult, Sealed } from "../store.ts";

export interface MemoryStoreOptions {
  /** How many values are kept. */
  readonly maxEntries: number;
  /** How many bytes they may have together, keys included. */
  readonly maxBytes: number;
  /** How long one reader may fill, in milliseconds. */
  readonly leaseMs: number;
  /** How long after its creation the store holds no values, in milliseconds; see `CacheOptions.quarantineMs`. */
  readonly quarantineMs: number;
  /** A monotonic clock in milliseconds, above 0. Default: `performance`. */
  readonly clock?: { now(): number };
}

type Mark = (Lease & { readonly until: number }) | Writing;

/**
 * The protocol inside one process. Values live in an LRU cache; leases and intents stand outside of it, since an intent
 * that memory pressure removes would let a reader fill an old row. There are no more of them than reads and writes
 * under way.
 */
export class MemoryStore implements CacheStore {
  readonly #values: LRUCache<string, Value>;
  readonly #marks = new Map<string, Mark>();
  readonly #leaseMs: number;
  readonly #clock: { now(): number };
  readonly #quarantineMs: number;
  #valuesFrom: number;

  constructor(options: MemoryStoreOptions) {
    this.#clock = options.clock ?? performance;
    this.#leaseMs = options.leaseMs;
    this.#quarantineMs = options.quarantineMs;
    this.#valuesFrom = this.#clock.now() + options.quarantineMs;
    this.#values = new LRUCache({
      max: options.maxEntries,
      maxSize: options.maxBytes,
      sizeCalculation: ({ value }, key) => value.bytes.byteLength + key.length * 2 + 1,
      perf: this.#clock,
      ttlResolution: 0,
    });
  }

  async lookup(keys: readonly string[], token: string): Promise<readonly Lookup[]> {
    return keys.map((key) => this.#lookup(key, token));
  }

  peek(key: string): Uint8Array | undefined {
    return peek(this.#read(key))?.bytes;
  }

  async fill(key: string, token: string, value: Sealed): Promise<boolean> {
    if (this.#settled) return this.#change(key, (slot) => fill(slot, token, value));
    await this.abandon([key], token);
    return false;
  }

  async abandon(keys: readonly string[], token: string): Promise<void> {
    for (const key of keys) this.#change(key, (slot) => abandon(slot, token));
  }

  async intend(keys: readonly string[], token: string, ttlMs: number): Promise<void> {
    const now = this.#clock.now();
    for (const key of keys) this.#change(key, (slot) => intend(slot, token, now + ttlMs, now, !this.#settled));
  }

  async release(releases: readonly Release[], token: string): Promise<readonly ReleaseResult[]> {
    const now = this.#clock.now();
    return releases.map(({ key, value }) => {
      let contended = false;
      this.#change(key, (slot) => {
        const released = release(slot, token, this.#settled ? value : undefined, now);
        contended = released.contended;
        return released.slot;
      });
      return contended ? "contended" : "released";
    });
  }

  /** Starts anew, as another namespace would: for a database that is not the same any more. */
  renew(): void {
    this.#values.clear();
    for (const [key, mark] of this.#marks) if (mark.state === "lease") this.#marks.delete(key);
    this.#valuesFrom = this.#clock.now() + this.#quarantineMs;
  }

  async close(): Promise<void> {
    this.#values.clear();
    this.#marks.clear();
  }

  /** Bounds for tests: how many values, and how many leases and intents are held. */
  get size(): { readonly values: number; readonly marks: number } {
    return { values: this.#values.size, marks: this.#marks.size };
  }

  get #settled(): boolean {
    return this.#clock.now() >= this.#valuesFrom;
  }

  #lookup(key: string, token: string): Lookup {
    const before = this.#read(key);
    const slot = look(before, token);
    if (slot.state === "value") return { state: "value", bytes: slot.value.bytes };
    if (slot.state === "writing") return { state: "writing" };
    if (slot === before) return { state: "filling" };
    this.#marks.set(key, { ...slot, until: this.#clock.now() + this.#leaseMs });
    return { state: "leased" };
  }

  #read(key: string): Slot {
    const mark = this.#marks.get(key);
    if (mark === undefined) return this.#values.get(key);
    const now = this.#clock.now();
    return mark.state === "lease" ? (mark.until > now ? mark : undefined) : prune(mark, now);
  }

  /** True when the key holds something else now. */
  #change(key: string, step: (slot: Slot) => Slot): boolean {
    const before = this.#read(key);
    const after = step(before);
    if (after === undefined) {
      this.#values.delete(key);
      this.#marks.delete(key);
    } else if (after.state === "writing") {
      this.#values.delete(key);
      this.#marks.set(key, after);
    } else if (after.state === "value" && after !== before) {
      this.#marks.delete(key);
      // A value larger than the whole cache is refused by the LRU, old one included; the key is then simply absent.
      this.#values.set(key, after, { ttl: after.value.ttlMs });
    }
    return after !== before;
  }
}
