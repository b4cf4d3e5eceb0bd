/** Runs `hook` on each item in order, and waits only where a hook returns a promise. */
export function runInOrder<T>(
  items: readonly T[],
  hook: (item: T) => void | Promise<void>,
  from = 0,
): void | Promise<void> {
  for (let i = from; i < items.length; i++) {
    // The index is within bounds: an `undefined` item is a T that allows it.
    const pending = hook(items[i] as T);
    if (pending !== undefined) return pending.then(() => runInOrder(items, hook, i + 1));
  }
}
