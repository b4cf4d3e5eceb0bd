import type { Deadline } from "@skyport/deadline";
import type { CacheStore, Lookup, Release, ReleaseResult, Sealed } from "../store.ts";

type Point = `${"before" | "after"}:${"lookup" | "fill" | "intend" | "release"}`;

/**
 * A store with named points at which a test stops an operation. A stop is for the next operation only, so that others
 * pass by while it is held.
 */
export class GatedStore implements CacheStore {
  readonly #store: CacheStore;
  readonly #stops = new Map<Point, () => Promise<void>>();

  /** The token of the newest INTENT. */
  lastIntent = "";

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** The next operation that comes to the point runs `pass` there; when it throws, the operation throws. */
  at(point: Point, pass: () => Promise<void>): void {
    this.#stops.set(point, pass);
  }

  /** Whoever is to be stopped at a lookup does not get past it by a peek. */
  peek(key: string): Uint8Array | undefined {
    if (this.#stops.has("before:lookup") || this.#stops.has("after:lookup")) return undefined;
    return this.#store.peek?.(key);
  }

  async lookup(keys: readonly string[], token: string, deadline: Deadline): Promise<readonly Lookup[]> {
    return this.#run("lookup", () => this.#store.lookup(keys, token, deadline));
  }

  async fill(key: string, token: string, value: Sealed, deadline: Deadline): Promise<boolean> {
    return this.#run("fill", () => this.#store.fill(key, token, value, deadline));
  }

  async abandon(keys: readonly string[], token: string, deadline: Deadline): Promise<void> {
    await this.#store.abandon(keys, token, deadline);
  }

  async intend(keys: readonly string[], token: string, ttlMs: number, deadline: Deadline): Promise<void> {
    this.lastIntent = token;
    await this.#run("intend", () => this.#store.intend(keys, token, ttlMs, deadline));
  }

  async release(releases: readonly Release[], token: string, deadline: Deadline): Promise<readonly ReleaseResult[]> {
    return this.#run("release", () => this.#store.release(releases, token, deadline));
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #run<R>(operation: "lookup" | "fill" | "intend" | "release", work: () => Promise<R>): Promise<R> {
    await this.#stop(`before:${operation}`);
    const result = await work();
    await this.#stop(`after:${operation}`);
    return result;
  }

  async #stop(point: Point): Promise<void> {
    const pass = this.#stops.get(point);
    this.#stops.delete(point);
    await pass?.();
  }
}
