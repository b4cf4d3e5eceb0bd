import { setTimeout as pauseFor } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { CallRefused, type CircuitBreaker } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import {
  claimDueIntentions,
  claimLateIntentions,
  postponeIntention,
  sweepIntentions,
} from "../repositories/intentions.ts";
import { backoffMs } from "./backoff.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settle } from "./settle.ts";
import { settleLate } from "./settle-late.ts";

/** How many intentions one instance settles at a time. */
const CONCURRENCY = 16;
/** What one round may remove of closed intentions. */
const SWEEP_BATCH = 1_000;
const SWEEP_EVERY_MS = 60_000;

type Breaker = Pick<CircuitBreaker, "isOpen" | "waitMs" | "onChange">;

/**
 * Finishes what nobody is at any more: takes overdue intentions and settles them, several at a time, so that one that
 * hangs does not keep the others waiting. While the product service only fails, what it is needed for stays where it is, but
 * for one now and then; when it answers again, all of that goes on at once. Several instances share the work, because each claim is skipped by the others.
 * It stops when it is closed, after the attempts that run.
 */
export class Recovery implements AsyncDisposable {
  readonly #dependencies: IntentionDependencies;
  readonly #breaker: Breaker;
  readonly #stop = new AbortController();
  readonly #attempts = new Set<Promise<void>>();
  /** Whether there may be more than the last look could take: it looks again when there is room. */
  #hasMore = false;
  #isWoken = false;
  #pausing = new AbortController();
  #running: Promise<void> | undefined;
  #sweptAt = Number.NEGATIVE_INFINITY;

  /** @param breaker the product service's; the loop goes on at once when it closes */
  constructor(dependencies: IntentionDependencies, breaker: Breaker) {
    this.#dependencies = dependencies;
    this.#breaker = breaker;
    breaker.onChange((isOpen) => {
      if (!isOpen) this.wake();
    });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks for overdue intentions now, not only when the next poll is due. */
  wake(): void {
    this.#isWoken = true;
    this.#pausing.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
    await Promise.all(this.#attempts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    const { logger } = this.#dependencies;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      // Whoever wakes us from here on may tell of something that this look does not see.
      this.#isWoken = false;
      try {
        await this.#look();
        await this.#sweep();
        failures = 0;
      } catch (err) {
        failures += 1;
        logger.warn({ err, failures }, "recovery cannot read its intentions");
      }
      await this.#pause(failures);
    }
  }

  /** Takes as many overdue intentions as there is room for. A few at a time would cost a statement for each. */
  async #look(): Promise<void> {
    const limit = CONCURRENCY - this.#attempts.size;
    this.#hasMore = true;
    if (limit < CONCURRENCY / 2) return;
    if (this.#breaker.isOpen) {
      // Giving an order up takes no answer of the product service. Of the others, one is the probe.
      const late = await this.#take(claimLateIntentions, limit);
      this.#hasMore = late === limit;
      if (this.#breaker.waitMs === 0) await this.#take(claimDueIntentions, 1);
    } else {
      this.#hasMore = (await this.#take(claimDueIntentions, limit)) === limit;
    }
  }

  /** Claims up to `limit` intentions, begins with each, and tells how many they are. */
  async #take(claim: typeof claimDueIntentions, limit: number): Promise<number> {
    const { database, times } = this.#dependencies;
    const claimed = await database.read(Deadline.after(times.leaseMs), (session) =>
      claim(session, limit, times.leaseMs),
    );
    for (const { intention, isLate } of claimed) {
      const attempt = this.#attempt(intention, isLate).finally(() => {
        this.#attempts.delete(attempt);
        if (this.#hasMore) this.wake();
      });
      this.#attempts.add(attempt);
    }
    return claimed.length;
  }

  /** Never rejects. */
  async #attempt(intention: Intention, isLate: boolean): Promise<void> {
    const { database, logger, times } = this.#dependencies;
    // A little less than the lease: nobody else takes it over while this attempt still runs.
    const deadline = Deadline.after(times.leaseMs * 0.9);
    const { orderId, generation, attempts } = intention;
    try {
      await (isLate ? settleLate : settle)(this.#dependencies, intention, { deadline });
    } catch (err) {
      logger.warn({ err, orderId, generation, attempts }, "an intention is still open");
      // What was not even asked, because another call is the probe, is due as soon as the breaker closes.
      const delayMs = wasRefused(err) ? 0 : backoffMs(attempts);
      // When even this fails, the lease runs out by itself.
      await database
        .read(Deadline.after(times.leaseMs), (session) => postponeIntention(session, intention, delayMs))
        .catch((cause: unknown) => logger.debug({ err: cause, orderId }, "the lease is left to run out"));
    }
  }

  async #sweep(): Promise<void> {
    const now = performance.now();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    const { database, times } = this.#dependencies;
    await database.read(Deadline.after(times.leaseMs), (session) =>
      sweepIntentions(session, times.keepMs, SWEEP_BATCH),
    );
  }

  /** Until the next poll or until it is woken; after a failure for a while in any case, however often it is woken. */
  async #pause(failures: number): Promise<void> {
    const { signal } = this.#stop;
    if (failures > 0) {
      await pauseFor(backoffMs(failures), undefined, { signal }).catch(() => undefined);
      return;
    }
    if (this.#isWoken || signal.aborted) return;
    this.#pausing = new AbortController();
    await pauseFor(this.#dependencies.times.pollMs, undefined, { signal: this.#pausing.signal }).catch(() => undefined);
  }
}

function wasRefused(error: unknown): boolean {
  return error instanceof DomainError && error.cause instanceof CallRefused && error.cause.kind === "open";
}
