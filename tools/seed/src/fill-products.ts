import { randomUUID } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { withRetry } from "@skyport/rpc";
import { forEachIndex } from "./concurrency.ts";
import type { FillOptions } from "./fill-options.ts";
import { makeProduct } from "./products.ts";
import type { System } from "./system.ts";

/** What became of the products. */
export interface ProductTotals {
  created: number;
  existing: number;
}

/**
 * Creates a seed's products; those that exist stay as they are.
 *
 * @throws the first error that no retry mends
 */
export async function fillProducts(
  { products }: Pick<System, "products">,
  count: number,
  { seed, concurrency, onDone, retry }: FillOptions,
): Promise<ProductTotals> {
  const totals: ProductTotals = { created: 0, existing: 0 };
  await forEachIndex(count, concurrency, async (index) => {
    // An id for this run only: a retry gets the first success, a later run is told that the product exists.
    const request = { product: makeProduct(seed, index), requestId: randomUUID() };
    try {
      await withRetry(() => products.createProduct(request), retry);
      totals.created++;
    } catch (thrown) {
      if (ConnectError.from(thrown).code !== Code.AlreadyExists) throw thrown;
      totals.existing++;
    }
    onDone();
  });
  return totals;
}
