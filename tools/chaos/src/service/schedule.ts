import type { FaultKind } from "../faults/fault.ts";
import type { Random } from "../worker/random.ts";

const PAIR_SHARE = 0.6;

/** Which kinds of fault come in which round: every kind once in random order, then again, one or two at a time. */
export class Schedule {
  readonly #kinds: readonly FaultKind[];
  readonly #random: Random;
  #deck: FaultKind[] = [];

  constructor(kinds: readonly FaultKind[], random: Random) {
    this.#kinds = kinds;
    this.#random = random;
  }

  next(): readonly FaultKind[] {
    const first = this.#draw();
    const [second] = this.#deck;
    if (first.alone || second === undefined || second.alone || !this.#random.chance(PAIR_SHARE)) return [first];
    return [first, this.#draw()];
  }

  #draw(): FaultKind {
    if (this.#deck.length === 0) this.#deck = this.#random.sample(this.#kinds, this.#kinds.length);
    const kind = this.#deck.shift();
    if (kind === undefined) throw new RangeError("there are no faults to draw from");
    return kind;
  }
}
