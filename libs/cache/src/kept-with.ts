/**
 * Remembers what `make` makes of an object for as long as the object itself is held, and makes it once. For what follows
 * from a cached row alone, an answer for instance: a row that is cached is the same object on every read, so that its
 * answer goes with it. `make` must depend on nothing else.
 */
export function keptWith<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    made.set(key, { value });
    return value;
  };
}
