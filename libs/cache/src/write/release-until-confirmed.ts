import { setTimeout as delay } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import type { Release } from "../store.ts";
import { startTimer } from "../telemetry.ts";
import type { CommitOutcome } from "./transactor.ts";

const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 250;

/**
 * Sends RELEASE until the store has confirmed it for every key. True when that came before the deadline; the attempts go
 * on in the background for `releaseRetryMs`, since an old value may stand until one arrives. After a rollback they go on
 * for as long as the intents live: then there is nothing left to release. While the store is away every write is refused,
 * and each would leave its attempts behind.
 *
 * Only the first attempt carries offers. A repeated one that comes late, behind a newer write, finds its token gone; that no
 * offer is made after a renewal, which could have put the token back, is the first line of defence, and this the second.
 */
export async function releaseUntilConfirmed(
  context: Context,
  releases: readonly Release[],
  token: string,
  deadline: Deadline,
  outcome: CommitOutcome = "committed",
): Promise<boolean> {
  const work = attempt(context, releases, token, outcome);
  context.inBackground(work);
  return deadline.race(work).catch(() => false);
}

async function attempt(
  context: Context,
  releases: readonly Release[],
  token: string,
  outcome: CommitOutcome,
): Promise<boolean> {
  const { store, metrics, logger, closing, intentTtlMs, releaseRetryMs } = context;
  const isCommitted = outcome === "committed";
  const measured = startTimer(metrics, "release_ms");
  const end = performance.now() + (isCommitted ? releaseRetryMs : Math.min(intentTtlMs, releaseRetryMs));
  let open = releases;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const sent = open;
    const results = await store
      .release(sent, token, context.callDeadline())
      .catch((error: unknown) => sent.map(() => toError(error)));
    open = sent.filter((_, index) => results[index] instanceof Error).map(({ key }) => ({ key }));
    metrics.count("release", sent.length - open.length);
    const contended = results.filter((result) => result === "contended").length;
    if (contended > 0) metrics.count("contended", contended);
    if (open.length === 0) {
      measured();
      return true;
    }
    if (closing.aborted || performance.now() >= end) break;
    metrics.count("release_retry", open.length);
    await delay(pause * (0.5 + Math.random()), undefined, { signal: closing }).catch(() => undefined);
    pause = Math.min(pause * 2, MAX_PAUSE_MS);
  }
  measured();
  if (!isCommitted) return false;
  metrics.count("release_given_up", open.length);
  logger.error({ keys: open.length }, "releases of committed writes were never confirmed");
  return false;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error("the store failed", { cause: error });
}
