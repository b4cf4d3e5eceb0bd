import { invalidFields } from "@skyport/errors";
import type { ProductFields } from "./product.ts";
import type { GivenFields } from "./update-mask.ts";

/**
 * The fields of a new product: what is given, defaults for the rest.
 *
 * @throws INVALID_FIELDS without a title
 */
export function newProduct(given: GivenFields): ProductFields {
  const { title, passengerCapacity = 0, maximumSpeed = 0, inStock = 0, price } = given;
  if (title === undefined) throw invalidFields([{ field: "product.title", description: "is required" }]);
  return { title, passengerCapacity, maximumSpeed, inStock, price };
}
