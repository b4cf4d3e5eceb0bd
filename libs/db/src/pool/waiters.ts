import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** First come, first served, each until its own deadline. */
export class Waiters<T> {
  /** A Set keeps the order of arrival and forgets a late waiter in constant time. */
  readonly #queue = new Set<Waiter<T>>();

  get size(): number {
    return this.#queue.size;
  }

  /** @throws DEADLINE_EXCEEDED when nothing was handed over in time; what `rejectAll` was given. */
  async wait(deadline: Deadline): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter: Waiter<T> = { resolve, reject };
    this.#queue.add(waiter);
    const ms = deadline.remainingMs;
    const timer =
      ms === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => {
            // Taken out of the queue in the same turn: nothing can be handed to a caller who has gone.
            if (this.#queue.delete(waiter)) reject(deadlineExceeded(new Error("no database connection became free")));
          }, Math.ceil(ms));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Hands a value to whoever has waited longest; false when nobody waits. */
  handOver(value: T): boolean {
    const [first] = this.#queue;
    if (first === undefined) return false;
    this.#queue.delete(first);
    first.resolve(value);
    return true;
  }

  rejectAll(error: unknown): void {
    const all = [...this.#queue];
    this.#queue.clear();
    for (const waiter of all) waiter.reject(error);
  }
}
