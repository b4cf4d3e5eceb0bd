import { setTimeout as pauseFor } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";
import type { Logger } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import { claimDueIntentions, postponeIntention, sweepIntentions } from "../repositories/intentions.ts";
import { backoffMs } from "./backoff.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settle, settleLate } from "./settle.ts";

/** How many intentions one round takes. */
const BATCH = 16;
/** What one round may remove of closed intentions. */
const SWEEP_BATCH = 1_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Finishes what nobody is at any more: takes overdue intentions, a batch at a time, and settles them. Several instances
 * share the work, because each claim is skipped by the others. It stops when it is closed, after the round that runs.
 */
export class Recovery implements AsyncDisposable {
  readonly #dependencies: IntentionDependencies;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: IntentionDependencies, logger: Logger) {
    this.#dependencies = dependencies;
    this.#logger = logger;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks for overdue intentions now, not only when the next poll is due. */
  wake(): void {
    this.#wake.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const taken = await this.round();
        failures = 0;
        if (taken === BATCH) continue;
      } catch (error) {
        failures += 1;
        this.#logger.warn({ err: error, failures }, "recovery cannot read its intentions");
      }
      await this.#pause(failures === 0 ? this.#dependencies.times.pollMs : backoffMs(failures));
    }
  }

  /** One batch; returns how many intentions it took. */
  async round(): Promise<number> {
    const { database, times } = this.#dependencies;
    const claimed = await database.read(Deadline.after(times.leaseMs), (session) =>
      claimDueIntentions(session, BATCH, times.leaseMs),
    );
    await Promise.all(claimed.map(({ intention, isLate }) => this.#attempt(intention, isLate)));
    await this.#sweep();
    return claimed.length;
  }

  async #attempt(intention: Intention, isLate: boolean): Promise<void> {
    const { database, times } = this.#dependencies;
    // A little less than the lease: nobody else takes it over while this attempt still runs.
    const deadline = Deadline.after(times.leaseMs * 0.9);
    const { orderId, generation, attempts } = intention;
    try {
      await (isLate ? settleLate : settle)(this.#dependencies, intention, { deadline });
    } catch (error) {
      this.#logger.warn({ err: error, orderId, generation, attempts }, "an intention is still open");
      // When even this fails, the lease runs out by itself.
      await database
        .read(Deadline.after(times.leaseMs), (session) => postponeIntention(session, intention, backoffMs(attempts)))
        .catch((cause: unknown) => this.#logger.debug({ err: cause, orderId }, "the lease is left to run out"));
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

  async #pause(ms: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#stop.signal.aborted) return;
    await pauseFor(ms, undefined, { signal: this.#wake.signal }).catch(() => undefined);
  }
}
