/** How many of each product, each above zero. */
export type Holdings = ReadonlyMap<string, number>;

/** The holdings that lines amount to. */
export function holdingsOf(lines: readonly { readonly productId: string; readonly quantity: number }[]): Holdings {
  const held = new Map<string, number>();
  for (const { productId, quantity } of lines) held.set(productId, (held.get(productId) ?? 0) + quantity);
  for (const [productId, quantity] of held) if (quantity === 0) held.delete(productId);
  return held;
}

/** One short text, equal exactly when the holdings are. An id has no character that is used between ids. */
export function holdingsKey(holdings: Holdings): string {
  return [...holdings]
    .map(([productId, quantity]) => `${productId}=${quantity}`)
    .sort()
    .join(",");
}

/** For people: "ship 2, boat 1", or "nothing". */
export function describeHoldings(holdings: Holdings): string {
  const lines = [...holdings].map(([productId, quantity]) => `${productId} ${quantity}`).sort();
  return lines.length === 0 ? "nothing" : lines.join(", ");
}

/** One product of which an order and its reservation have different quantities. */
export interface Difference {
  readonly productId: string;
  readonly ordered: number;
  readonly held: number;
}

/** Where they differ, in order of product id. */
export function differencesBetween(ordered: Holdings, held: Holdings): Difference[] {
  return [...new Set([...ordered.keys(), ...held.keys()])]
    .sort()
    .map((productId) => ({ productId, ordered: ordered.get(productId) ?? 0, held: held.get(productId) ?? 0 }))
    .filter((line) => line.ordered !== line.held);
}
