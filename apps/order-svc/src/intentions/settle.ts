import type { Deadline } from "@skyport/deadline";
import type { Intention } from "../domain/intention.ts";
import { definiteRefusal } from "../domain/refusal.ts";
import { applyRefusal, applySuccess, giveUp } from "./apply.ts";
import type { IntentionDependencies } from "./dependencies.ts";

/** What is left of a call's time for writing the answer down, in milliseconds, however long the peer takes. */
const WRITE_RESERVE_MS = 500;

/**
 * Asks the product service for what an intention wants, and writes its answer down. Safe to repeat, and to run at
 * several places at once: the product service decides each generation once, and whoever writes the decision down
 * second finds the intention closed.
 *
 * @returns when the intention is closed, by us or by somebody else
 * @throws the error that leaves the outcome open: PRODUCT_SERVICE_UNAVAILABLE, CONTENTION, DEADLINE_EXCEEDED or a
 *   database's
 */
export async function settle(
  dependencies: IntentionDependencies,
  intention: Intention,
  deadline: Deadline,
): Promise<void> {
  const { orderId, generation, lineItems } = intention;
  const reserve = Math.min(WRITE_RESERVE_MS, deadline.remainingMs / 4);
  try {
    await dependencies.productClient.setReservation(orderId, generation, lineItems, deadline.minus(reserve));
  } catch (error) {
    const refusal = definiteRefusal(error);
    if (refusal === undefined) throw error;
    return applyRefusal(dependencies, intention, refusal, deadline);
  }
  return applySuccess(dependencies, intention, deadline);
}

/**
 * The same for an intention whose time is up: an order that could not be reserved by its deadline is given up first,
 * and what it may have reserved is released.
 */
export async function settleLate(
  dependencies: IntentionDependencies,
  intention: Intention,
  deadline: Deadline,
): Promise<void> {
  if (intention.kind !== "create") return settle(dependencies, intention, deadline);
  const release = await giveUp(dependencies, intention, deadline);
  if (release !== undefined) await settle(dependencies, release, deadline);
}
