import type { Shelf } from "../ledger/lines.ts";
import type { Shop } from "./shop.ts";

const CALL_MS = 10_000;

/** Few products, some of them scarce. */
export const SHELVES: readonly Shelf[] = [
  { id: "airship", title: "Airship", units: 90, inStock: 20 },
  { id: "balloon", title: "Balloon", units: 40, inStock: 40 },
  { id: "canoe", title: "Canoe", units: 12, inStock: 80 },
  { id: "dinghy", title: "Dinghy", units: 25, inStock: 150 },
  { id: "ferry", title: "Ferry", units: 70, inStock: 400 },
];

/** Ordered only where a process is to be killed at a certain point. */
export const POINT_SHELF: Shelf = { id: "gondola", title: "Gondola", units: 33, inStock: 100_000 };

/** Makes the products. */
export async function openShelves({ products: [member] }: Shop): Promise<void> {
  for (const { id, title, units, inStock } of [...SHELVES, POINT_SHELF]) {
    const price = { currencyCode: "EUR", units: BigInt(units), nanos: 0 };
    await member?.endpoint.call(CALL_MS, ({ products }, call) =>
      products.createProduct({ product: { id, title, price, inStock } }, call),
    );
  }
}
