import { createHash } from "node:crypto";

const TWO_TO_32 = 2 ** 32;

/**
 * Numbers that look random and follow from a label alone: SHA-256 of the label and a counter. Whatever has a label of
 * its own ("42/product/17") has numbers of its own, in whatever order things are made.
 */
export class Random {
  readonly #label: string;
  #block = Buffer.alloc(0);
  #offset = 0;
  #blocks = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** At least 0 and below 1. */
  fraction(): number {
    if (this.#offset >= this.#block.length) {
      this.#block = createHash("sha256")
        .update(`${this.#label}#${this.#blocks++}`)
        .digest();
      this.#offset = 0;
    }
    const value = this.#block.readUInt32BE(this.#offset);
    this.#offset += 4;
    return value / TWO_TO_32;
  }

  /** A whole number; both ends are possible. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the list's; the list must hold something. */
  pick<T>(list: readonly T[]): T {
    const index = this.between(0, list.length - 1);
    for (const item of list.slice(index, index + 1)) return item;
    throw new RangeError("nothing to pick from");
  }
}
