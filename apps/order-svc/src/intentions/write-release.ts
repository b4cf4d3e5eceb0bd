import type { Transaction } from "@skyport/db";
import type { Intention } from "../domain/intention.ts";
import type { Order } from "../domain/order.ts";
import { closeIntention, findOpenIntention, insertIntention } from "../repositories/intentions.ts";
import { setOrderGeneration } from "../repositories/orders.ts";
import type { IntentionTimes } from "./dependencies.ts";

/** Writes down that a locked order holds nothing from now on; whatever it wanted before is superseded. */
export async function writeRelease(
  tx: Transaction,
  { id, generation }: Order,
  { overdueMs }: IntentionTimes,
): Promise<Intention> {
  const open = await findOpenIntention(tx, id);
  if (open !== undefined) await closeIntention(tx, open, "superseded");
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
  ]);
  return release;
}
