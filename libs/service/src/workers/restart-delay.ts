const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** A worker that served this long was well: its end is no sign of more to come. In milliseconds. */
const WELL_MS = 10_000;

/** How long to wait before a worker is started again: doubled with each one that did not live long. */
export class RestartDelay {
  #next = FIRST_MS;

  /**
   * @param livedMs how long the worker served, in milliseconds
   * @returns milliseconds
   */
  after(livedMs: number): number {
    if (livedMs >= WELL_MS) this.#next = FIRST_MS;
    const delay = this.#next;
    this.#next = Math.min(2 * delay, LONGEST_MS);
    return delay;
  }
}
