import type { Lookup } from "../store.ts";

/** One key of a lookup, and the token of the lease that it may take. */
export interface WantedKey {
  readonly key: string;
  readonly token: string;
}

/** Asks for these keys in one step. One answer a key, in order. */
export type Ask = (wanted: readonly WantedKey[]) => Promise<readonly Lookup[]>;

interface Caller {
  /** Where its answers begin, and how many they are. */
  readonly from: number;
  readonly count: number;
  readonly resolve: (lookups: readonly Lookup[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys in one step: Redis does nothing else meanwhile, for some 100 microseconds. */
const MOST_KEYS = 128;

/**
 * Gathers the lookups of one turn of the event loop and sends them together: a command costs the driver many times what a
 * key costs. Only one that comes while no other is under way is sent at once, so that it does not wait for a turn's end.
 * What is gathered is sent after its callers came, so the joining rule has nothing to fear.
 */
export class LookupTurns {
  readonly #ask: Ask;
  #wanted: WantedKey[] = [];
  #callers: Caller[] = [];
  #underWay = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Rejects with what `ask` does, as do the others of its turn. */
  lookup(keys: readonly string[], token: string): Promise<readonly Lookup[]> {
    if (keys.length === 1 && this.#underWay === 0 && this.#callers.length === 0) {
      return this.#step(keys.map((key) => ({ key, token })));
    }
    return new Promise((resolve, reject) => {
      if (this.#callers.length === 0) setImmediate(() => this.#send());
      this.#callers.push({ from: this.#wanted.length, count: keys.length, resolve, reject });
      for (const key of keys) this.#wanted.push({ key, token });
      if (this.#wanted.length >= MOST_KEYS) this.#send();
    });
  }

  #send(): void {
    const [wanted, callers] = [this.#wanted, this.#callers];
    if (callers.length === 0) return;
    this.#wanted = [];
    this.#callers = [];
    const steps = Array.from({ length: Math.ceil(wanted.length / MOST_KEYS) }, (_, step) =>
      this.#step(wanted.slice(step * MOST_KEYS, (step + 1) * MOST_KEYS)),
    );
    Promise.all(steps).then(
      (answers) => {
        const lookups = answers.flat();
        for (const { from, count, resolve } of callers) resolve(lookups.slice(from, from + count));
      },
      (error: unknown) => {
        for (const { reject } of callers) reject(error);
      },
    );
  }

  async #step(wanted: readonly WantedKey[]): Promise<readonly Lookup[]> {
    this.#underWay += 1;
    try {
      return await this.#ask(wanted);
    } finally {
      this.#underWay -= 1;
    }
  }
}
