import { invalidFields } from "@skyport/errors";
import type { OrderState } from "./order.ts";

/** The orders in which orders can be listed. */
export const LIST_ORDERS = ["create_time desc", "create_time"] as const;

export type ListOrder = (typeof LIST_ORDERS)[number];

/** What a list of orders is asked for; all of it is bound to the page token. Times are microseconds since the epoch. */
export interface OrderListing {
  readonly order: ListOrder;
  readonly state: OrderState | undefined;
  readonly productId: string | undefined;
  /** Inclusive. */
  readonly createTimeAfter: bigint | undefined;
  /** Exclusive. */
  readonly createTimeBefore: bigint | undefined;
}

/**
 * The order that a request asks for.
 *
 * @throws INVALID_FIELDS for one that there is not
 */
export function listOrder(orderBy: string): ListOrder {
  // "asc" is what a field means without a direction (AIP-132).
  const asked = orderBy
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^(\w+) asc$/, "$1");
  const order = LIST_ORDERS.find((known) => known === (asked || "create_time desc"));
  if (order !== undefined) return order;
  throw invalidFields([{ field: "order_by", description: `must be one of: ${LIST_ORDERS.join(", ")}` }]);
}
