import type { Transaction } from "@skyport/db";
import type { CallerContext } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import type { Order } from "../domain/order.ts";
import { closeIntention, findOpenIntention, insertIntention } from "../repositories/intentions.ts";
import { setOrderGeneration } from "../repositories/orders.ts";
import type { IntentionDependencies, IntentionTimes } from "./dependencies.ts";
import { settle } from "./settle.ts";

/** How long a caller waits for the stock to be back, in milliseconds; the recovery loop does it later otherwise. */
const ATTEMPT_MS = 1_000;

/** Writes down that a locked order holds nothing from now on; whatever it wanted before is superseded. */
export async function writeRelease(
  tx: Transaction,
  { id, generation }: Order,
  { overdueMs }: IntentionTimes,
): Promise<Intention> {
  const open = await findOpenIntention(tx, id);
  if (open !== undefined) await closeIntention(tx, open, "superseded");
  await setOrderGeneration(tx, id, generation + 1);
  return insertIntention(tx, {
    orderId: id,
    generation: generation + 1,
    kind: "release",
    lineItems: [],
    request: undefined,
    dueInMs: overdueMs,
    deadlineInMs: undefined,
  });
}

/**
 * Tries to release at once. It need not succeed: the release is written down, and the caller's answer does not depend
 * on the product service.
 */
export async function attemptRelease(
  dependencies: IntentionDependencies,
  release: Intention,
  caller: CallerContext,
): Promise<void> {
  const deadline = caller.deadline.minus(caller.deadline.remainingMs / 2).capped(ATTEMPT_MS);
  const patience = { ...(caller.id === undefined ? {} : { id: caller.id }), deadline };
  await settle(dependencies, release, patience).catch((error: unknown) => dependencies.onLateRelease(release, error));
}
