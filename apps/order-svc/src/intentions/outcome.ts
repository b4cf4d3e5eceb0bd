import type { Deadline } from "@skyport/deadline";
import { DomainError, databaseUnavailable, deadlineExceeded, notFound } from "@skyport/errors";
import type { Order as OrderMessage } from "@skyport/proto";
import type { Intention } from "../domain/intention.ts";
import { refusalError } from "../domain/refusal.ts";
import { findIntention } from "../repositories/intentions.ts";
import type { IntentionDependencies } from "./dependencies.ts";

type Wish = Pick<Intention, "orderId" | "generation">;

/**
 * What became of a wish that is closed, whoever closed it: the order, or the error that its caller gets.
 *
 * @returns undefined while the wish is still open
 */
export async function outcomeOf(
  { database, orders }: Pick<IntentionDependencies, "database" | "orders">,
  { orderId, generation }: Wish,
  deadline: Deadline,
): Promise<OrderMessage | undefined> {
  const intention = await database.read(deadline, (session) => findIntention(session, orderId, generation));
  if (intention === undefined) throw databaseUnavailable(new Error("a wish that was written down is gone"));
  if (intention.state === "open") return undefined;
  if (intention.refusal !== undefined) throw refusalError(intention.refusal);
  const order = await orders.get(orderId, deadline);
  if (order === undefined) throw notFound("order", orderId);
  if (intention.state === "superseded") {
    throw new DomainError("ORDER_CANCELLED", `order ${orderId} was cancelled`, { metadata: { order_id: orderId } });
  }
  return order;
}

const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;

/**
 * Waits until a wish that somebody else is at is closed.
 *
 * @returns its order
 * @throws the error that closed it; DEADLINE_EXCEEDED when it is still open at the deadline
 */
export async function join(
  dependencies: Pick<IntentionDependencies, "database" | "orders">,
  wish: Wish,
  deadline: Deadline,
): Promise<OrderMessage> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LONGEST_POLL_MS)) {
    const order = await outcomeOf(dependencies, wish, deadline);
    if (order !== undefined) return order;
    if (deadline.remainingMs <= pause) throw deadlineExceeded();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
