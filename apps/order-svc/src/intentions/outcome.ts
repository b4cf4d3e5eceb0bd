import type { Deadline } from "@skyport/deadline";
import { type DomainError, databaseUnavailable, deadlineExceeded, notFound } from "@skyport/errors";
import { type Order as OrderMessage, OrderState } from "@skyport/proto";
import { orderCancelled } from "../domain/change.ts";
import type { Intention } from "../domain/intention.ts";
import { refusalError } from "../domain/refusal.ts";
import { findIntention } from "../repositories/intentions.ts";
import type { IntentionDependencies } from "./dependencies.ts";

type Dependencies = Pick<IntentionDependencies, "database" | "orders">;
type Wish = Pick<Intention, "orderId" | "generation">;

const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;

/**
 * Waits until a wish is granted that somebody else is at.
 *
 * @throws what it was refused with; ORDER_CANCELLED or ORDER_NOT_FOUND when the order was cancelled or deleted instead;
 *   DEADLINE_EXCEEDED when it is still open at the deadline
 */
export async function join(dependencies: Dependencies, wish: Wish, deadline: Deadline): Promise<void> {
  const { orders } = dependencies;
  const closed = await untilClosed(dependencies, wish, deadline);
  if (closed === undefined) throw deadlineExceeded();
  if (closed.refusal !== undefined) throw refusalError(closed.refusal);
  if (closed.state === "superseded") throw lostOrder(wish.orderId, await orders.get(wish.orderId, deadline));
}

/** Waits until a wish is no longer open, and gives it as it is then; undefined when it still is and the patience is at an end. */
export async function untilClosed(
  { database }: Pick<Dependencies, "database">,
  { orderId, generation }: Wish,
  deadline: Deadline,
  patience: Deadline = deadline,
): Promise<Intention | undefined> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    const intention = await database.read(deadline, (session) => findIntention(session, orderId, generation));
    if (intention === undefined) throw databaseUnavailable(new Error("a wish that was written down is gone"));
    if (intention.state !== "open") return intention;
    if (patience.remainingMs <= pause) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * The order whose wish was granted, as it is now.
 *
 * @throws ORDER_NOT_FOUND, ORDER_CANCELLED when that has come after
 */
export async function grantedOrder(
  { orders }: Dependencies,
  { orderId }: Wish,
  deadline: Deadline,
): Promise<OrderMessage> {
  const order = await orders.get(orderId, deadline);
  if (order === undefined || order.state === OrderState.CANCELLED) throw lostOrder(orderId, order);
  return order;
}

/** Nothing but a cancellation or a deletion takes the place of a wish. */
function lostOrder(orderId: string, order: OrderMessage | undefined): DomainError {
  return order === undefined ? notFound("order", orderId) : orderCancelled(orderId);
}
