/** Exponential backoff with full jitter between half and the whole of the step, so that instances spread out. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #attempt = 0;

  constructor(firstMs: number, maxMs: number) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
  }

  /** The next delay, ms. */
  next(): number {
    const step = Math.min(this.#maxMs, this.#firstMs * 2 ** this.#attempt);
    if (step < this.#maxMs) this.#attempt += 1;
    return step * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
