import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";
import { type Straggler, whenLate } from "@skyport/fastpath";

/**
 * Tells how `work` ends, or that it did not by the deadline (DEADLINE_EXCEEDED): one of the two is called, once. The work
 * itself is not stopped: `ended` is called when it has ended, before or after that. A timer is set only for work that outlives a turn of the
 * event loop.
 */
export function inTime<T>(
  work: Promise<T>,
  deadline: Deadline,
  ended: () => void,
  done: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  const limit = new TimeLimit(deadline, failed);
  work.then(
    (value) => {
      ended();
      if (limit.stop()) done(value);
    },
    (error: unknown) => {
      ended();
      if (limit.stop()) failed(error);
    },
  );
  whenLate(limit);
}

/** Calls `failed` at the deadline unless it is stopped before. */
class TimeLimit implements Straggler {
  readonly #deadline: Deadline;
  readonly #failed: (error: unknown) => void;
  #over = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deadline: Deadline, failed: (error: unknown) => void) {
    this.#deadline = deadline;
    this.#failed = failed;
  }

  /** Returns false when it is too late for that. */
  stop(): boolean {
    if (this.#over) return false;
    this.#over = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    return true;
  }

  late(): void {
    if (this.#over) return;
    const ms = this.#deadline.remainingMs;
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => {
      if (this.stop()) this.#failed(deadlineExceeded());
    }, Math.ceil(ms));
  }
}
