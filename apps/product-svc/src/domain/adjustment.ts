import { DomainError, invalidFields, notFound } from "@skyport/errors";
import { MAX_STOCK, type Product } from "./product.ts";
import { refusalError } from "./reservation.ts";

/** Why a product's stock could not be adjusted: it does not exist, too little is left, or there would be too much. */
export function refusedAdjustment(productId: string, delta: number, product: Product | undefined): DomainError {
  if (product === undefined) return notFound("product", productId);
  const { inStock } = product;
  if (inStock + delta > MAX_STOCK) {
    return invalidFields([{ field: "delta", description: `${inStock} and ${delta} are more than ${MAX_STOCK}` }]);
  }
  if (inStock + delta < 0) return refusalError([{ productId, wanted: -delta, inStock }]);
  // Too little, or too much, when it was tried; not any more.
  return new DomainError("CONTENTION", `the stock of product ${productId} is changing`);
}
