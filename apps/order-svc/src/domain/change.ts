import { DomainError, etagMismatch, notFound } from "@skyport/errors";
import { etagMatches } from "./etag.ts";
import { type Order, transition } from "./order.ts";

/**
 * The order, if its line items may be changed.
 *
 * @param etag the etag that it must have; empty for any
 * @throws ORDER_NOT_FOUND, ORDER_CANCELLED, ETAG_MISMATCH, CONTENTION
 */
export function checkChangeable(id: string, order: Order | undefined, etag: string): Order {
  if (order === undefined) throw notFound("order", id);
  if (order.state === "cancelled") throw orderCancelled(id);
  if (!etagMatches(etag, order.revision)) throw etagMismatch("order", id);
  if (transition(order.state, "changed") === undefined) {
    throw new DomainError("CONTENTION", `order ${id} is still being created`);
  }
  return order;
}

/** ORDER_CANCELLED. */
export function orderCancelled(id: string): DomainError {
  return new DomainError("ORDER_CANCELLED", `order ${id} is cancelled`, { metadata: { order_id: id } });
}
