import { setTimeout as sleep } from "node:timers/promises";

export interface EventuallyOptions {
  /** How long to go on trying, in milliseconds; default 15,000: a limit for what hangs. */
  readonly withinMs?: number;
  /** Pause between two tries, in milliseconds; default 10. */
  readonly everyMs?: number;
}

/**
 * Polls until `condition` neither throws nor gives `false`, and returns what it gave. A block of assertions is a
 * condition too.
 *
 * @throws Error when the time is up, with the last failure as its `cause` and in its message.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const { withinMs = 15_000, everyMs = 10 } = options;
  const end = performance.now() + withinMs;
  for (;;) {
    let failure: unknown = "the condition gave false";
    try {
      const value = await condition();
      // The compiler does not narrow a type parameter by comparison.
      if (value !== false) return value as Exclude<T, false>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= end) {
      const last = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`not within ${withinMs} ms; last: ${last}`, { cause: failure });
    }
    await sleep(everyMs);
  }
}
