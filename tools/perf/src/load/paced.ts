import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "./caller.ts";
import { type LoadResult, Tally } from "./load-result.ts";
import type { PreparedCall } from "./prepared-call.ts";

const MS_PER_SECOND = 1_000;
/** A timer may fire so much too late, in milliseconds: nearer than that it is waited without one. */
const TIMER_SLACK_MS = 2;

/**
 * Calls at a fixed rate, evenly, whatever the answers do. Latency counts from the moment at which a call was due, so that
 * one that could not even be sent in time is as slow as its caller would have found it: a closed loop leaves such calls
 * out (coordinated omission; G. Tene, "How NOT to Measure Latency"). It is done here and not by autocannon's `overallRate`,
 * which sends each second's calls at the second's beginning.
 */
export async function paced(
  caller: Caller,
  calls: readonly PreparedCall[],
  perSecond: number,
  seconds: number,
): Promise<LoadResult> {
  const tally = new Tally();
  const start = performance.now();
  const total = Math.floor(perSecond * seconds);
  const open = new Set<Promise<void>>();
  for (let index = 0; index < total; index++) {
    const due = start + (index / perSecond) * MS_PER_SECOND;
    await until(due);
    const call = calls[index % calls.length];
    if (call === undefined) break;
    const made = caller.call(call).then(
      () => tally.answered(performance.now() - due),
      (error: unknown) => tally.failed(error instanceof Error ? error.message : String(error)),
    );
    open.add(made);
    void made.then(() => open.delete(made));
  }
  await Promise.all(open);
  return tally.finish();
}

async function until(due: number): Promise<void> {
  for (;;) {
    const left = due - performance.now();
    if (left <= 0) return;
    if (left > TIMER_SLACK_MS) await sleep(left - TIMER_SLACK_MS);
    else await nextTurn();
  }
}
