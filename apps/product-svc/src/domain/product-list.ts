import { invalidFields } from "@skyport/errors";

/** The orders in which products can be listed. */
export const PRODUCT_ORDERS = ["create_time desc", "create_time", "title", "title desc", "id"] as const;

export type ProductOrder = (typeof PRODUCT_ORDERS)[number];

/** What a list of products is asked for; all of it is bound to the page token. */
export interface ProductListing {
  readonly order: ProductOrder;
  /** Empty: every title. */
  readonly titlePrefix: string;
  readonly inStockOnly: boolean;
}

/**
 * The listing that a request asks for. A title prefix brings title order, because no index could serve another one
 * without a sort.
 *
 * @throws INVALID_FIELDS for an order that there is not
 */
export function productListing(orderBy: string, titlePrefix: string, inStockOnly: boolean): ProductListing {
  // "asc" is what a field means without a direction (AIP-132).
  const asked = orderBy
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^(\w+) asc$/, "$1");
  const order = asked === "" ? (titlePrefix === "" ? "create_time desc" : "title") : asked;
  if (!isOrder(order)) {
    const description = `must be one of: ${PRODUCT_ORDERS.join(", ")}`;
    throw invalidFields([{ field: "order_by", description }]);
  }
  if (titlePrefix !== "" && order !== "title") {
    throw invalidFields([{ field: "order_by", description: 'must be "title" or absent with filter.title_prefix' }]);
  }
  return { order, titlePrefix, inStockOnly };
}

function isOrder(text: string): text is ProductOrder {
  return PRODUCT_ORDERS.some((order) => order === text);
}
