import type { Session, Transaction } from "@skyport/db";
import type { Intention } from "../domain/intention.ts";
import type { Order } from "../domain/order.ts";
import { closeIntention, findOpenIntention, insertIntention } from "../repositories/intentions.ts";
import { lockOrder, setOrderGeneration } from "../repositories/orders.ts";
import type { IntentionTimes } from "./dependencies.ts";

/** An order that is locked until the transaction ends, and its open wish, as far as there are any. */
export interface LockedOrder {
  readonly order: Order | undefined;
  readonly open: Intention | undefined;
}

/** Locks an order and looks for its open wish. May travel with BEGIN. */
export async function lockWithWish(session: Session, id: string): Promise<LockedOrder> {
  const [order, open] = await Promise.all([lockOrder(session, id), findOpenIntention(session, id)]);
  return { order, open };
}

/** Writes down that a locked order holds nothing from now on; its open wish is superseded. */
export async function writeRelease(
  tx: Transaction,
  { id, generation }: Order,
  open: Intention | undefined,
  { overdueMs }: IntentionTimes,
): Promise<Intention> {
  // There may be one open wish, so that the other is closed first. All travel together.
  const superseded = open === undefined ? undefined : closeIntention(tx, open, "superseded");
  const [release] = await Promise.all([
    insertIntention(tx, {
      orderId: id,
      generation: generation + 1,
      kind: "release",
      lineItems: [],
      request: undefined,
      dueInMs: overdueMs,
      deadlineInMs: undefined,
    }),
    setOrderGeneration(tx, id, generation + 1),
    superseded,
  ]);
  return release;
}
