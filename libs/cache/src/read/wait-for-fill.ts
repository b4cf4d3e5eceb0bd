import { setTimeout as delay } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";

const FIRST_DELAY_MS = 1;
const MAX_DELAY_MS = 16;

/**
 * Looks again, less and less often, while another reader fills: at most `waitMs`, and at most half of what the caller
 * has left, so that time remains to read. Answers the last state seen.
 */
export async function waitForFill<S extends string>(
  waitMs: number,
  deadline: Deadline,
  look: () => Promise<S>,
): Promise<S | "filling"> {
  const end = performance.now() + Math.min(waitMs, deadline.remainingMs / 2);
  let pause = FIRST_DELAY_MS;
  while (performance.now() + pause < end) {
    await delay(pause);
    const state = await look();
    if (state !== "filling") return state;
    pause = Math.min(pause * 2, MAX_DELAY_MS);
  }
  return "filling";
}
