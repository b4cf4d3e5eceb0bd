/** A clock that a test moves, in milliseconds. It starts above 0, which the LRU cache takes for "never". */
export class FakeClock {
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
