import type { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";

/** What a lookup or read brought, and the moment that it is good for. */
export interface Outcome<T> {
  /** Undefined: the row does not exist. */
  readonly value: T | undefined;
  /** The value was the newest committed one at or after this moment: whoever arrived before it may share it. */
  readonly asOf: number;
}

/** The joining rule: a caller shares only what was the newest at a moment after it came. */
export function mayShare(asOf: number, arrived: number): boolean {
  return asOf > arrived;
}

/** One key's lookup, and the read that may follow, shared by the callers that the joining rule admits. */
export class Flight<T> {
  readonly id: string;
  /** Its work ends by then; it never settles much later. */
  readonly deadline: Deadline;
  /** Another process fills the key, and this flight looks again until it has. */
  waiting = false;
  readonly #settled = Promise.withResolvers<Outcome<T>>();

  constructor(id: string, deadline: Deadline) {
    this.id = id;
    this.deadline = deadline;
  }

  land(outcome: Outcome<T>): void {
    this.#settled.resolve(outcome);
  }

  crash(error: unknown): void {
    // All who joined may have left for want of time.
    this.#settled.promise.catch(() => undefined);
    this.#settled.reject(error);
  }

  /**
   * The outcome, for a caller with this deadline, whom the joining rule may not admit to it; undefined when it ran out of
   * its starter's time and not of the caller's own.
   */
  outcome(deadline: Deadline): Promise<Outcome<T> | undefined> {
    return deadline === this.deadline ? this.#settled.promise : this.#within(deadline);
  }

  async #within(deadline: Deadline): Promise<Outcome<T> | undefined> {
    const longer = deadline.remainingMs > this.deadline.remainingMs;
    try {
      return await (longer ? this.#settled.promise : deadline.race(this.#settled.promise));
    } catch (error) {
      const outOfTime = error instanceof DomainError && error.reason === "DEADLINE_EXCEEDED";
      if (outOfTime && longer && !deadline.expired) return undefined;
      throw error;
    }
  }
}
