import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";

/** How many calls there may be. */
export interface BulkheadOptions {
  /** Calls at a time. Default 120: two bulkheads share the 256 streams that a server grants a connection. */
  readonly maxConcurrent: number;
  /** Calls that wait for their turn; one more is refused. Default 1,000. */
  readonly maxWaiting: number;
}

export const DEFAULT_BULKHEAD: BulkheadOptions = { maxConcurrent: 120, maxWaiting: 1_000 };

/** So many wait already that another would only make it worse. */
export class BulkheadFull extends Error {
  override readonly name = "BulkheadFull";
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Bounds the work at a time, and the work that waits (first come, first served, each until its own deadline), so that a peer
 * that hangs takes up no more than this of the process.
 */
export class Bulkhead {
  readonly #options: BulkheadOptions;
  /** A Set keeps the order of arrival and forgets a late waiter in constant time. */
  readonly #queue = new Set<Waiter>();
  #running = 0;

  constructor(options: Partial<BulkheadOptions> = {}) {
    this.#options = { ...DEFAULT_BULKHEAD, ...options };
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Runs the work when it is its turn.
   *
   * @throws BulkheadFull; DEADLINE_EXCEEDED when its turn did not come in time; what `refuseWaiting` was given; what the work throws
   */
  async run<T>(deadline: Deadline, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.maxConcurrent) this.#running += 1;
    else await this.#turn(deadline);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Whoever waits hears this error instead. */
  refuseWaiting(error: unknown): void {
    const all = [...this.#queue];
    this.#queue.clear();
    for (const waiter of all) waiter.reject(error);
  }

  async #turn(deadline: Deadline): Promise<void> {
    if (this.#queue.size >= this.#options.maxWaiting) throw new BulkheadFull("too many calls wait already");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { resolve, reject };
    this.#queue.add(waiter);
    const ms = deadline.remainingMs;
    const timer = Number.isFinite(ms) ? setTimeout(() => this.#expire(waiter), Math.ceil(ms)) : undefined;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Taken out of the queue in the same turn: no place can be handed to a caller who has gone. */
  #expire(waiter: Waiter): void {
    if (this.#queue.delete(waiter)) waiter.reject(deadlineExceeded(new Error("the call's turn did not come")));
  }

  /** The place goes straight to whoever has waited longest. */
  #leave(): void {
    const [first] = this.#queue;
    if (first === undefined) {
      this.#running -= 1;
      return;
    }
    this.#queue.delete(first);
    first.resolve();
  }
}
