import { StoreUnavailable } from "../errors.ts";
import type { CacheStore, Lookup, Release, ReleaseResult, Sealed } from "../store.ts";

/** A store that can be switched off: then nothing is confirmed, although releases and intents may still get through. */
export class FailingStore implements CacheStore {
  readonly #store: CacheStore;
  down = false;
  /** While it is down, operations take effect all the same, and only their answers are lost. */
  deaf = false;
  readonly calls: string[] = [];

  constructor(store: CacheStore) {
    this.#store = store;
  }

  peek(key: string): Uint8Array | undefined {
    return this.down ? undefined : this.#store.peek?.(key);
  }

  lookup(keys: readonly string[], token: string, deadline: Parameters<CacheStore["lookup"]>[2]) {
    return this.#run<readonly Lookup[]>("lookup", () => this.#store.lookup(keys, token, deadline));
  }

  fill(key: string, token: string, value: Sealed, deadline: Parameters<CacheStore["fill"]>[3]) {
    return this.#run("fill", () => this.#store.fill(key, token, value, deadline));
  }

  abandon(keys: readonly string[], token: string, deadline: Parameters<CacheStore["abandon"]>[2]) {
    return this.#run("abandon", () => this.#store.abandon(keys, token, deadline));
  }

  intend(keys: readonly string[], token: string, ttlMs: number, deadline: Parameters<CacheStore["intend"]>[3]) {
    return this.#run("intend", () => this.#store.intend(keys, token, ttlMs, deadline));
  }

  release(releases: readonly Release[], token: string, deadline: Parameters<CacheStore["release"]>[2]) {
    const offers = releases.filter(({ value }) => value !== undefined).length;
    return this.#run<readonly ReleaseResult[]>(offers > 0 ? "release+offer" : "release", () =>
      this.#store.release(releases, token, deadline),
    );
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  async #run<R>(name: string, work: () => Promise<R>): Promise<R> {
    this.calls.push(name);
    if (this.down && !this.deaf) throw new StoreUnavailable("down");
    const result = await work();
    if (this.down) throw new StoreUnavailable("deaf");
    return result;
  }
}
