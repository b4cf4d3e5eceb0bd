import { Deadline } from "@skyport/deadline";
import type { CacheStore, Lookup, Sealed } from "../store.ts";

export interface HarnessOptions {
  readonly leaseMs: number;
  readonly quarantineMs: number;
}

/** One empty store under test. */
export interface StoreHarness extends AsyncDisposable {
  readonly store: CacheStore;
  /** Resolves when this much of the store's own time has gone by. */
  elapse(ms: number): Promise<void>;
}

export type MakeStore = (options: HarnessOptions) => Promise<StoreHarness>;

/** The store's operations with a deadline that no test reaches, and shorter answers. */
export class Driver implements AsyncDisposable {
  readonly #harness: StoreHarness;
  readonly #deadline = Deadline.after(20_000);

  constructor(harness: StoreHarness) {
    this.#harness = harness;
  }

  static async make(make: MakeStore, options: Partial<HarnessOptions> = {}): Promise<Driver> {
    return new Driver(await make({ leaseMs: 10_000, quarantineMs: 0, ...options }));
  }

  /** `value:text` for a value, else the state. */
  async look(key: string, token = "observer"): Promise<string> {
    const [state] = await this.lookAll([key], token);
    return state ?? "nothing";
  }

  async lookAll(keys: readonly string[], token = "observer"): Promise<readonly string[]> {
    return (await this.#harness.store.lookup(keys, token, this.#deadline)).map(describeLookup);
  }

  async bytes(key: string): Promise<Uint8Array | undefined> {
    const [lookup] = await this.#harness.store.lookup([key], "observer", this.#deadline);
    return lookup?.state === "value" ? lookup.bytes : undefined;
  }

  /** As `look`, and gives a lease back that it happens to take. */
  async peek(key: string): Promise<string> {
    const state = await this.look(key, "peek");
    if (state === "leased") await this.abandon(key, "peek");
    return state;
  }

  fill(key: string, token: string, value: Sealed): Promise<boolean> {
    return this.#harness.store.fill(key, token, value, this.#deadline);
  }

  abandon(key: string, token: string): Promise<void> {
    return this.#harness.store.abandon([key], token, this.#deadline);
  }

  intend(key: string | readonly string[], token: string, ttlMs = 10_000): Promise<void> {
    return this.#harness.store.intend(typeof key === "string" ? [key] : key, token, ttlMs, this.#deadline);
  }

  async release(key: string, token: string, value?: Sealed): Promise<string> {
    const [result] = await this.#harness.store.release([{ key, value }], token, this.#deadline);
    if (result instanceof Error) throw result;
    return result ?? "nothing";
  }

  /** A value that readers find. */
  async put(key: string, text: string): Promise<void> {
    await this.look(key, "putter");
    await this.fill(key, "putter", sealed(text));
  }

  elapse(ms: number): Promise<void> {
    return this.#harness.elapse(ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#harness[Symbol.asyncDispose]();
  }
}

/** Stored values begin with V, whatever follows. */
export function sealed(text: string, ttlMs = 60_000): Sealed {
  return { bytes: Buffer.from(`V1.1|${text}`), ttlMs };
}

function describeLookup(lookup: Lookup): string {
  return lookup.state === "value" ? `value:${Buffer.from(lookup.bytes).toString().slice(5)}` : lookup.state;
}
