/** How many retries there may be. */
export interface RetryBudgetOptions {
  /** Retries for each call. Default 0.1: one in ten. */
  readonly ratio: number;
  /** Retries that may be saved up, and that there are at the start. Default 10. */
  readonly reserve: number;
}

export const DEFAULT_RETRY_BUDGET: RetryBudgetOptions = { ratio: 0.1, reserve: 10 };

/**
 * Bounds the retries of all calls together: of n calls at most `reserve + ratio * n` are retries, however many fail. Without
 * such a bound a peer in trouble is given a multiple of its load. A token bucket that each call fills a little and each
 * retry empties, as in Finagle's RetryBudget; gRPC's retry throttling (proposal A6) bounds the same thing by counting
 * failures.
 */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  #tokens: number;

  constructor(options: Partial<RetryBudgetOptions> = {}) {
    this.#options = { ...DEFAULT_RETRY_BUDGET, ...options };
    this.#tokens = this.#options.reserve;
  }

  /** A call is made: not a retry of one. */
  deposit(): void {
    const { ratio, reserve } = this.#options;
    this.#tokens = Math.min(reserve, this.#tokens + ratio);
  }

  /** Takes a retry out of the budget; false when there is none. */
  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
