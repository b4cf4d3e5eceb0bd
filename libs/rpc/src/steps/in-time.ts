import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";
import { whenLate } from "@skyport/fastpath";

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
  let settled = false;
  let timer: NodeJS.Timeout | undefined;
  const isFirst = (): boolean => {
    if (settled) return false;
    settled = true;
    if (timer !== undefined) clearTimeout(timer);
    return true;
  };
  work.then(
    (value) => {
      ended();
      if (isFirst()) done(value);
    },
    (error: unknown) => {
      ended();
      if (isFirst()) failed(error);
    },
  );
  whenLate({
    late() {
      if (settled) return;
      const ms = deadline.remainingMs;
      if (ms === Number.POSITIVE_INFINITY) return;
      timer = setTimeout(() => {
        if (isFirst()) failed(deadlineExceeded());
      }, Math.ceil(ms));
    },
  });
}
