import { setTimeout as sleep } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";
import { isContention } from "../errors/translate.ts";
import { Backoff } from "../pool/backoff.ts";

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 5;
const LAST_PAUSE_MS = 100;

/**
 * Runs a unit of work again while it ends in CONTENTION (a deadlock, a serialization failure), up to four times in all,
 * after a short random pause. The work has to be all in one transaction, so that a failed attempt has left nothing.
 *
 * @throws what the last attempt threw.
 */
export async function retryContention<R>(deadline: Deadline, work: () => Promise<R>): Promise<R> {
  const backoff = new Backoff(FIRST_PAUSE_MS, LAST_PAUSE_MS);
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const pause = backoff.next();
      if (!isContention(error) || attempt === ATTEMPTS || deadline.remainingMs <= pause) throw error;
      await sleep(pause);
    }
  }
}
