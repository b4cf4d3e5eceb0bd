import { setTimeout as sleep } from "node:timers/promises";
import { Surprise } from "./surprise.ts";

const LIMIT_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Looks again until a check passes: for what the contract promises to happen soon, but not before the answer.
 *
 * @throws the check's last surprise after `limitMs` milliseconds; any other error at once
 */
export async function eventually<T>(check: () => Promise<T>, limitMs: number = LIMIT_MS): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Surprise) || performance.now() > end) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
