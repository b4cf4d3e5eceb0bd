import type { Intents } from "@skyport/cache";
import type { Session, Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import type { Order as OrderMessage } from "@skyport/proto";
import type { Intention } from "../domain/intention.ts";
import { type Order, transition } from "../domain/order.ts";
import type { RefusalRecord } from "../domain/refusal.ts";
import { toVersioned } from "../messages/order.ts";
import { closeIntention } from "../repositories/intentions.ts";
import { deleteOrder, lockOrder, setOrderLineItems, setOrderState } from "../repositories/orders.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { recordAnswer } from "./request-records.ts";
import { writeRelease } from "./write-release.ts";

// Every transition locks the order first and then closes the intention where it is still open. No row closed means that
// somebody else has decided: nothing is changed, and whoever asked reads the outcome. The two travel with BEGIN, since
// neither changes what is cached; what follows the intent travels with COMMIT.

/**
 * Writes down that an intention got what it wanted.
 *
 * @returns the order as it is now; undefined when somebody else has decided, or no order is left
 */
export async function applySuccess(
  { writer, orders }: IntentionDependencies,
  intention: Intention,
  deadline: Deadline,
): Promise<OrderMessage | undefined> {
  const close = closing(intention, "done");
  return writer.writeAhead(deadline, close, async (tx, intents, { order, isOurs }) => {
    await intents.take(orders.key(intention.orderId));
    if (!isOurs || order === undefined || intention.kind === "release") return undefined;
    const settled = toVersioned(await settledOrder(tx, order, intention));
    intents.offer(orders, order.id, settled);
    return settled.value;
  });
}

/** Locks an intention's order and closes the intention; `isOurs` unless somebody else has decided it. */
function closing(intention: Intention, state: "done" | "refused", refusal?: RefusalRecord) {
  return async (session: Session): Promise<{ order: Order | undefined; isOurs: boolean }> => {
    const [order, isOurs] = await Promise.all([
      lockOrder(session, intention.orderId),
      closeIntention(session, intention, state, refusal),
    ]);
    return { order, isOurs };
  };
}

/** Moves the order to where its intention wants it, keeps the answer to a request, which tells how it is then, and commits. */
async function settledOrder(tx: Transaction, order: Order, intention: Intention): Promise<Order> {
  const { request } = intention;
  if (request === undefined) return (await tx.last(() => [moved(tx, order, intention)]))[0];
  const settled = await moved(tx, order, intention);
  await tx.last(() => [recordAnswer(tx, request, toVersioned(settled).value)]);
  return settled;
}

async function moved(tx: Transaction, order: Order, { kind, lineItems }: Intention): Promise<Order> {
  if (kind === "update") return setOrderLineItems(tx, order.id, lineItems);
  const state = transition(order.state, "reserved");
  if (state === undefined || state === "removed") throw new Error(`an order ${order.state} cannot be reserved`);
  return setOrderState(tx, order.id, state);
}

/**
 * Writes down that an intention was refused for good: a new order is removed, a changed one stays as it was.
 *
 * @returns whether it did: false when somebody else has decided
 */
export async function applyRefusal(
  { writer, orders }: IntentionDependencies,
  intention: Intention,
  refusal: RefusalRecord,
  deadline: Deadline,
): Promise<boolean> {
  const close = closing(intention, "refused", refusal);
  return writer.writeAhead(deadline, close, async (tx, intents, { order, isOurs }) => {
    await intents.take(orders.key(intention.orderId));
    if (isOurs && order !== undefined && intention.kind === "create") await removeOrder(tx, intents, orders, order);
    return isOurs;
  });
}

/**
 * Gives a new order up: it is removed, and the release of what it may have reserved is written down.
 *
 * @returns the release, or undefined when somebody else has decided
 */
export async function giveUp(
  { writer, orders, times }: IntentionDependencies,
  intention: Intention,
  deadline: Deadline,
): Promise<Intention | undefined> {
  const close = closing(intention, "refused", GIVEN_UP);
  return writer.writeAhead(deadline, close, async (tx, intents, { order, isOurs }) => {
    await intents.take(orders.key(intention.orderId));
    if (!isOurs) return undefined;
    if (order === undefined) throw new Error("the order of an open wish is gone");
    const release = await writeRelease(tx, order, undefined, times);
    await removeOrder(tx, intents, orders, order);
    return release;
  });
}

const GIVEN_UP: RefusalRecord = {
  reason: "PRODUCT_SERVICE_UNAVAILABLE",
  message: "the order could not be reserved in time and was given up",
  details: {},
};

/** Removes a locked order, from the cache as well, and commits. */
export async function removeOrder(
  tx: Transaction,
  intents: Intents,
  orders: IntentionDependencies["orders"],
  order: Order,
): Promise<void> {
  const [revision] = await tx.last(() => [deleteOrder(tx, order.id)]);
  intents.offerAbsent(orders, order.id, revision);
}
