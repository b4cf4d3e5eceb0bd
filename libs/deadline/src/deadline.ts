import { deadlineExceeded } from "@skyport/errors";

/**
 * The moment by which a piece of work must be done, on the monotonic clock. It is handed down from the call to
 * everything that waits (SQL, Redis, the peer), so that work stops when the caller's time is up.
 */
export class Deadline {
  readonly #at: number;

  private constructor(at: number) {
    this.#at = at;
  }

  /** `ms` milliseconds from now; never later than `Deadline.NEVER`. */
  static after(ms: number): Deadline {
    return new Deadline(performance.now() + ms);
  }

  /** No limit: for background work that is bounded by other means. */
  static readonly NEVER: Deadline = new Deadline(Number.POSITIVE_INFINITY);

  /** Milliseconds left; 0 when it has passed, Infinity when there is no limit. */
  get remainingMs(): number {
    return Math.max(0, this.#at - performance.now());
  }

  get expired(): boolean {
    return this.remainingMs === 0;
  }

  /** The earlier of this deadline and `ms` milliseconds from now. */
  capped(ms: number): Deadline {
    return new Deadline(Math.min(this.#at, performance.now() + ms));
  }

  /** This deadline, `ms` milliseconds earlier: what a caller leaves for work that comes afterwards. */
  minus(ms: number): Deadline {
    return new Deadline(this.#at - ms);
  }

  /** Throws DEADLINE_EXCEEDED once it has passed. */
  check(): void {
    if (this.expired) throw deadlineExceeded();
  }

  /**
   * The promise's outcome, or DEADLINE_EXCEEDED when that does not come in time. The work itself is not stopped: a
   * later rejection of it is swallowed here, so that it never surfaces as unhandled.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    const ms = this.remainingMs;
    if (ms === Number.POSITIVE_INFINITY) return work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(deadlineExceeded()), Math.ceil(ms));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined);
    }
  }
}
