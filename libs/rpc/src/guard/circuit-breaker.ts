/** When a breaker opens, and how it finds out that it may close. Times are milliseconds. */
export interface BreakerOptions {
  /** Failures without a success between them, at least. Default 5. */
  readonly failures: number;
  /** For how long nothing but failures was heard, from the start of the first such call. Default 1,000. */
  readonly patienceMs: number;
  /** The pause between two probes, and up to half as long again. Default 500. */
  readonly probeEveryMs: number;
}

export const DEFAULT_BREAKER: BreakerOptions = { failures: 5, patienceMs: 1_000, probeEveryMs: 500 };

/** What a call told of the peer; `unknown` says nothing either way. */
export type Verdict = "success" | "failure" | "unknown";

/** A call that was let through; it reports once what became of it. */
export type Report = (verdict: Verdict) => void;

/**
 * A circuit breaker (M. Nygard, "Release It!"): when a peer only fails, calls to it are refused at once instead of waiting
 * for it, and it is left in peace but for a probe now and then. The first probe that succeeds closes it.
 *
 * It counts failures in a row, and asks that they last: a connection that breaks with fifty calls on it is fifty failures
 * of one moment, and the next call may well succeed. A peer that fails in part does not open it; the retry budget keeps
 * that one from being flooded.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #listeners = new Set<(isOpen: boolean) => void>();
  #isOpen = false;
  /** Grows with each change of state: what a call from before has to report is no news any more. */
  #epoch = 0;
  #failures = 0;
  #failingSince = 0;
  #succeededAt = Number.NEGATIVE_INFINITY;
  #probeAt = 0;

  /**
   * @param now a clock in milliseconds that only goes forward
   * @param random from 0 to 1
   */
  constructor(
    options: Partial<BreakerOptions> = {},
    now: () => number = () => performance.now(),
    random: () => number = Math.random,
  ) {
    this.#options = { ...DEFAULT_BREAKER, ...options };
    this.#now = now;
    this.#random = random;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Milliseconds until a call is let through: 0 while it is closed, or when a probe is due. */
  get waitMs(): number {
    return this.#isOpen ? Math.max(0, this.#probeAt - this.#now()) : 0;
  }

  /** Tells when it opens and when it closes. The answer takes the listener away again. */
  onChange(listener: (isOpen: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Lets a call through, or answers undefined: the call is not to be made. */
  enter(): Report | undefined {
    if (this.waitMs > 0) return undefined;
    const startedAt = this.#now();
    const epoch = this.#epoch;
    if (this.#isOpen) this.#scheduleProbe();
    let isReported = false;
    return (verdict) => {
      if (isReported) return;
      isReported = true;
      if (epoch !== this.#epoch || verdict === "unknown") return;
      if (this.#isOpen) this.#probed(verdict);
      else this.#count(verdict, startedAt);
    };
  }

  #probed(verdict: Verdict): void {
    if (verdict === "failure") this.#scheduleProbe();
    else this.#become(false);
  }

  #count(verdict: Verdict, startedAt: number): void {
    if (verdict === "success") {
      this.#failures = 0;
      this.#succeededAt = this.#now();
      return;
    }
    if (this.#failures === 0) this.#failingSince = Math.max(startedAt, this.#succeededAt);
    this.#failures += 1;
    const { failures, patienceMs } = this.#options;
    if (this.#failures < failures || this.#now() - this.#failingSince < patienceMs) return;
    this.#scheduleProbe();
    this.#become(true);
  }

  /** Also while a probe is under way: one that hangs must not keep the next from being made. */
  #scheduleProbe(): void {
    this.#probeAt = this.#now() + this.#options.probeEveryMs * (1 + this.#random() / 2);
  }

  #become(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#epoch += 1;
    this.#failures = 0;
    this.#succeededAt = this.#now();
    for (const listener of [...this.#listeners]) listener(isOpen);
  }
}
