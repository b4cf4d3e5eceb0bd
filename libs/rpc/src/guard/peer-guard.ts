import { setTimeout as pauseFor } from "node:timers/promises";
import type { CallOptions } from "@connectrpc/connect";
import { type CallerContext, peerOptions } from "../client/peer-options.ts";
import { Bulkhead, BulkheadFull, type BulkheadOptions } from "./bulkhead.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { retryDelayOf, verdictOf } from "./verdict.ts";

/** A call that was not made. `retryAfterMs`: when it may be worth another try, in milliseconds. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  /** `open`: the peer only fails; `full`: too many calls wait for it. */
  readonly kind: "open" | "full";
  readonly retryAfterMs: number;

  constructor(kind: "open" | "full", retryAfterMs: number) {
    super(kind === "open" ? "the peer is left in peace: it only failed" : "too many calls wait for the peer");
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface PeerGuardOptions {
  /** One for each peer, however many guards. */
  readonly breaker: CircuitBreaker;
  /** One for each peer, however many guards. */
  readonly budget: RetryBudget;
  readonly bulkhead?: Partial<BulkheadOptions>;
}

export interface GuardedCall {
  /** How often the peer is asked at most. Default 3. */
  readonly maxAttempts?: number;
}

const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 25;
/** What a caller is told who comes when too many wait. */
const FULL_RETRY_MS = 500;

/**
 * Stands before a peer: refuses calls that would only wait for one that is down (a circuit breaker), bounds the calls at a
 * time (a bulkhead), and makes those again that failed by chance, as often as a budget allows.
 */
export class PeerGuard {
  readonly #breaker: CircuitBreaker;
  readonly #budget: RetryBudget;
  readonly #bulkhead: Bulkhead;

  constructor({ breaker, budget, bulkhead = {} }: PeerGuardOptions) {
    this.#breaker = breaker;
    this.#budget = budget;
    this.#bulkhead = new Bulkhead(bulkhead);
    breaker.onChange((isOpen) => {
      if (isOpen) this.#bulkhead.refuseWaiting(this.#refused());
    });
  }

  /** Calls that run, and calls that wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#bulkhead.running, waiting: this.#bulkhead.waiting };
  }

  /**
   * Asks the peer, within the caller's time. What is asked has to be idempotent: it may be asked again when no answer came,
   * or one that says so (RetryInfo is obeyed); never after a timeout.
   *
   * @param attempt makes one call with these options
   * @throws CallRefused; DEADLINE_EXCEEDED when there was no time left to ask; what the last attempt threw
   */
  async call<T>(
    caller: CallerContext,
    attempt: (options: CallOptions) => Promise<T>,
    { maxAttempts = MAX_ATTEMPTS }: GuardedCall = {},
  ): Promise<T> {
    this.#budget.deposit();
    for (let attempts = 1; ; attempts++) {
      try {
        return await this.#attempt(caller, attempt);
      } catch (error) {
        const pauseMs = pauseBeforeRetry(error, attempts);
        if (pauseMs === undefined || attempts >= maxAttempts) throw error;
        if (caller.deadline.remainingMs <= pauseMs || !this.#budget.withdraw()) throw error;
        await pauseFor(pauseMs);
      }
    }
  }

  async #attempt<T>(caller: CallerContext, attempt: (options: CallOptions) => Promise<T>): Promise<T> {
    if (this.#breaker.waitMs > 0) throw this.#refused();
    try {
      return await this.#bulkhead.run(caller.deadline, () => this.#ask(caller, attempt));
    } catch (error) {
      throw error instanceof BulkheadFull ? new CallRefused("full", FULL_RETRY_MS) : error;
    }
  }

  async #ask<T>(caller: CallerContext, attempt: (options: CallOptions) => Promise<T>): Promise<T> {
    const options = peerOptions(caller);
    const report = this.#breaker.enter();
    if (report === undefined) throw this.#refused();
    const givenMs = caller.deadline.remainingMs;
    try {
      const answer = await attempt(options);
      report("success");
      return answer;
    } catch (error) {
      report(verdictOf(error, givenMs));
      throw error;
    }
  }

  /** Callers that were refused together do not come back together. */
  #refused(): CallRefused {
    return new CallRefused("open", Math.ceil(Math.max(FIRST_PAUSE_MS, this.#breaker.waitMs) * (1 + Math.random())));
  }
}

/** Doubles, half of it random; not less than the peer asks for. Undefined: no retry. */
function pauseBeforeRetry(error: unknown, attempts: number): number | undefined {
  if (error instanceof CallRefused) return undefined;
  const asked = retryDelayOf(error);
  if (asked === undefined) return undefined;
  return asked + FIRST_PAUSE_MS * 2 ** (attempts - 1) * (0.5 + Math.random() / 2);
}
