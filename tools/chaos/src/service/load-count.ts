/** Adds up a counter that begins anew when its server crashes; what was counted since the last look is lost then. */
export class LoadCount {
  readonly #ask: () => Promise<number>;
  #last = 0;
  #total = 0;
  #asking = false;

  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  get total(): number {
    return this.#total;
  }

  async start(): Promise<void> {
    this.#last = await this.#ask();
  }

  async look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const now = await this.#ask();
      this.#total += now >= this.#last ? now - this.#last : now;
      this.#last = now;
    } catch {
      // The server is away: there is nothing to count.
    } finally {
      this.#asking = false;
    }
  }
}
