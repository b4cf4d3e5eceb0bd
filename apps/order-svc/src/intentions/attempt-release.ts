import type { CallerContext } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settleOwn } from "./hand-over.ts";

/** How long a caller waits for the stock to be back, in milliseconds; the recovery loop does it later otherwise. */
const ATTEMPT_MS = 1_000;

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
  const { orderId, generation } = release;
  await settleOwn(dependencies, release, patience).catch((err: unknown) =>
    dependencies.logger.warn({ err, orderId, generation }, "stock is given back later"),
  );
}
