import { DomainError } from "@skyport/errors";
import type { Order } from "@skyport/proto";
import type { CallerContext } from "@skyport/rpc";
import { withProducts } from "./messages/order.ts";
import { leaveRoom } from "./peers/leave-room.ts";
import type { ProductClient } from "./peers/product-client.ts";

/** What is left of a call's time for its answer when the product service does not answer, in milliseconds. */
const ANSWER_ROOM_MS = 250;

/**
 * Joins orders with the products as they are now, by one call for each 100 distinct products. When the product service
 * cannot be reached the orders come without them, and their ids in `unreachable` (AIP-217).
 */
export async function withLiveProducts(
  productClient: Pick<ProductClient, "batchGet">,
  orders: readonly Order[],
  caller: CallerContext,
): Promise<{ orders: Order[]; unreachable: string[] }> {
  const ids = [...new Set(orders.flatMap((order) => order.lineItems.map((item) => item.productId)))];
  try {
    const products = await productClient.batchGet(ids, leaveRoom(caller, ANSWER_ROOM_MS));
    return { orders: orders.map((order) => withProducts(order, products)), unreachable: [] };
  } catch (error) {
    if (!(error instanceof DomainError) || error.spec.fault === "caller") throw error;
    return { orders: [...orders], unreachable: ids };
  }
}
