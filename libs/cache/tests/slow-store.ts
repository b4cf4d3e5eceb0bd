import type { CacheStore } from "../src/store.ts";

/**
 * A store at the end of a slow link: every operation takes a random time on its way there and back, except peeks, which
 * wait for nothing.
 */
export function slowStore(store: CacheStore, pause: () => Promise<void>): CacheStore {
  const slow = async <R>(work: () => Promise<R>): Promise<R> => {
    await pause();
    const result = await work();
    await pause();
    return result;
  };
  return {
    lookup: (keys, token, deadline) => slow(() => store.lookup(keys, token, deadline)),
    fill: (key, token, value, deadline) => slow(() => store.fill(key, token, value, deadline)),
    abandon: (keys, token, deadline) => slow(() => store.abandon(keys, token, deadline)),
    intend: (keys, token, ttlMs, deadline) => slow(() => store.intend(keys, token, ttlMs, deadline)),
    release: (releases, token, deadline) => slow(() => store.release(releases, token, deadline)),
    ...(store.peek && { peek: (key) => store.peek?.(key) }),
    close: () => store.close(),
  };
}
