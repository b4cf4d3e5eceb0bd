import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import type { Logger, ReadinessCheck } from "@skyport/rpc";

const CHECK_MS = 5_000;
const EVERY_MS = 500;

/**
 * Starts what needs a current schema: at once when the schema is current, else in the background as soon as somebody
 * has migrated it. Until then the service runs, but is not ready. Disposing of the result ends the waiting.
 *
 * @param current passes when no migration is pending
 * @throws what `start` throws, when it is called at once
 */
export async function startWhenCurrent(
  current: ReadinessCheck,
  start: () => Promise<void>,
  logger: Logger,
): Promise<AsyncDisposable> {
  const closing = new AbortController();
  const isCurrent = async (): Promise<boolean> => {
    try {
      await current(Deadline.after(CHECK_MS));
      return true;
    } catch {
      return false;
    }
  };
  const startLater = async (): Promise<void> => {
    const { signal } = closing;
    while (!signal.aborted) {
      try {
        if (await isCurrent()) return await start();
      } catch (err) {
        logger.error({ err }, "upkeep cannot start");
      }
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  let later: Promise<void> | undefined;
  if (await isCurrent()) {
    await start();
  } else {
    logger.warn("migrations are pending: not ready until they are applied");
    later = startLater();
  }
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await later;
    },
  };
}
