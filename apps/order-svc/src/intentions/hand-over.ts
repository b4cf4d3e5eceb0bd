import { Deadline } from "@skyport/deadline";
import type { CallerContext } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import { handOverIntention } from "../repositories/intentions.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { type Settled, settle } from "./settle.ts";

/**
 * Settles an intention that this call has written down, and has for itself until it is overdue. When the outcome stays
 * open, it is handed to the recovery loops at once instead of when it is overdue.
 *
 * @throws what `settle` throws
 */
export async function settleOwn(
  dependencies: IntentionDependencies,
  intention: Intention,
  caller: CallerContext,
): Promise<Settled | undefined> {
  try {
    return await settle(dependencies, intention, caller);
  } catch (error) {
    await handOver(dependencies, intention);
    throw error;
  }
}

/** Never throws: what cannot be handed over is overdue soon. The caller's own time may be up already, and does not count. */
async function handOver({ database, logger, times }: IntentionDependencies, intention: Intention): Promise<void> {
  const { orderId, generation } = intention;
  await database
    .read(Deadline.after(times.overdueMs), (session) => handOverIntention(session, intention))
    .catch((err: unknown) => logger.debug({ err, orderId, generation }, "an intention is left until it is overdue"));
}
