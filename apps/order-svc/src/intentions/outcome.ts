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
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    if (await isGranted(dependencies, wish, deadline)) return;
    if (deadline.remainingMs <= pause) throw deadlineExceeded();
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

/** False while the wish is open. */
async function isGranted(
  { database, orders }: Dependencies,
  { orderId, generation }: Wish,
  deadline: Deadline,
): Promise<boolean> {
  const intention = await database.read(deadline, (session) => findIntention(session, orderId, generation));
  if (intention === undefined) throw databaseUnavailable(new Error("a wish that was written down is gone"));
  if (intention.refusal !== undefined) throw refusalError(intention.refusal);
  if (intention.state === "superseded") throw lostOrder(orderId, await orders.get(orderId, deadline));
  return intention.state !== "open";
}

/** Nothing but a cancellation or a deletion takes the place of a wish. */
function lostOrder(orderId: string, order: OrderMessage | undefined): DomainError {
  return order === undefined ? notFound("order", orderId) : orderCancelled(orderId);
}
