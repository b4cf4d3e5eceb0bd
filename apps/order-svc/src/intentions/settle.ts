import type { Order as OrderMessage } from "@skyport/proto";
import type { CallerContext } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import { definiteRefusal, type RefusalRecord } from "../domain/refusal.ts";
import { leaveRoom } from "../peers/leave-room.ts";
import { applyRefusal, applySuccess } from "./apply.ts";
import type { IntentionDependencies } from "./dependencies.ts";

/** What is left of a call's time for writing the answer down, in milliseconds, however long the peer takes. */
export const WRITE_ROOM_MS = 500;

/** What this call has written down of an intention: the order as it is now, or why it was refused. */
export type Settled = { readonly order: OrderMessage } | { readonly refusal: RefusalRecord };

/**
 * Asks the product service for what an intention wants, and writes its answer down. Safe to repeat, and to run at
 * several places at once: the product service decides each generation once, and whoever writes the decision down
 * second finds the intention closed.
 *
 * When it returns, the intention is closed, by us or by somebody else.
 *
 * @returns what became of the wish, when it was this call that wrote it down; else `join` tells
 * @throws the error that leaves the outcome open: PRODUCT_SERVICE_UNAVAILABLE, DEADLINE_EXCEEDED, the database's or
 *   the cache's
 */
export async function settle(
  dependencies: IntentionDependencies,
  intention: Intention,
  caller: CallerContext,
): Promise<Settled | undefined> {
  const { orderId, generation, lineItems } = intention;
  const { deadline } = caller;
  try {
    const items = lineItems.map(({ productId, quantity }) => ({ productId, quantity }));
    await dependencies.productClient.setReservation(orderId, generation, items, leaveRoom(caller, WRITE_ROOM_MS));
  } catch (error) {
    const refusal = definiteRefusal(error);
    if (refusal === undefined) throw error;
    return (await applyRefusal(dependencies, intention, refusal, deadline)) ? { refusal } : undefined;
  }
  const order = await applySuccess(dependencies, intention, deadline);
  return order && { order };
}
