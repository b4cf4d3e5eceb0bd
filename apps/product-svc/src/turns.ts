/** How work takes turns. */
export interface TurnsOptions<T, R> {
  /** Does several pieces of work together, and gives the result of each, in their order. */
  readonly run: (work: readonly T[]) => Promise<readonly R[]>;
  /** How many turns go on at once, at most. */
  readonly atOnce: number;
  /** How many pieces of work are in a turn, at most. */
  readonly limit: number;
  /** What a piece of work changes by itself: two with the same name are never in one turn, nor in two at once. */
  readonly nameOf: (work: T) => string;
  /** What it shares: work that has something in common may be in one turn, never in two at once. */
  readonly sharedBy: (work: T) => readonly string[];
}

interface Waiting<T, R> {
  readonly work: T;
  readonly name: string;
  readonly shared: readonly string[];
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Work that takes turns. While there are few, each piece has a turn of its own, at once: nobody waits for others to come.
 * What comes while all turns are taken, or another turn is at what it shares, waits, and is then done together with all
 * else that has waited: the longer turns take, the more is done in each.
 */
export class Turns<T, R> {
  readonly #options: TurnsOptions<T, R>;
  #waiting: Waiting<T, R>[] = [];
  #turns = 0;
  readonly #names = new Set<string>();
  readonly #shared = new Set<string>();

  constructor(options: TurnsOptions<T, R>) {
    this.#options = options;
  }

  /** Does a piece of work. Rejects with what `run` threw, as does everything that was in the same turn. */
  do(work: T): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    const { nameOf, sharedBy } = this.#options;
    this.#waiting.push({ work, name: nameOf(work), shared: sharedBy(work), resolve, reject });
    this.#begin();
    return promise;
  }

  #begin(): void {
    while (this.#turns < this.#options.atOnce) {
      const turn = this.#next();
      if (turn.length === 0) return;
      void this.#take(turn);
    }
  }

  /**
   * Takes out what the next turn does: the first that wait, unless another turn is at something of theirs. What stays
   * keeps its place before whatever comes later and shares something with it, so that nothing waits for ever.
   */
  #next(): readonly Waiting<T, R>[] {
    const names = new Set(this.#names);
    const taken = new Set(this.#shared);
    const turn: Waiting<T, R>[] = [];
    this.#waiting = this.#waiting.filter((each) => {
      const fits = turn.length < this.#options.limit;
      if (fits && !names.has(each.name) && each.shared.every((key) => !taken.has(key))) turn.push(each);
      else for (const key of each.shared) taken.add(key);
      names.add(each.name);
      return turn.at(-1) !== each;
    });
    return turn;
  }

  async #take(turn: readonly Waiting<T, R>[]): Promise<void> {
    this.#turns++;
    for (const { name, shared } of turn) {
      this.#names.add(name);
      for (const key of shared) this.#shared.add(key);
    }
    await this.#run(turn);
    for (const { name, shared } of turn) {
      this.#names.delete(name);
      for (const key of shared) this.#shared.delete(key);
    }
    this.#turns--;
    this.#begin();
  }

  async #run(turn: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.#options.run(turn.map(({ work }) => work));
      for (const [at, { resolve, reject }] of turn.entries()) {
        const result = results[at];
        if (result === undefined) reject(new Error("a piece of work was left undone"));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of turn) reject(error);
    }
  }
}
