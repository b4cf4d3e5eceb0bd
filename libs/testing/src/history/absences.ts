import type { WriteOperation } from "./operation.ts";

export interface Absence {
  readonly position: bigint;
  /** The removal that makes it possible; undefined: before the first create. */
  readonly by: WriteOperation | undefined;
}

/** Every position in a key's order at which the row may have been absent, lowest first. */
export class Absences {
  readonly #possible: Absence[] = [];

  admit(absence: Absence): void {
    this.#possible.splice(this.#countBelow(absence.position), 0, absence);
  }

  /** Takes one absence of this position back. */
  withdraw(position: bigint): void {
    const index = this.#countBelow(position);
    if (this.#possible[index]?.position === position) this.#possible.splice(index, 1);
  }

  get highest(): Absence | undefined {
    return this.#possible.at(-1);
  }

  /** The lowest one that is not below `position`. */
  from(position: bigint): Absence | undefined {
    return this.#possible[this.#countBelow(position)];
  }

  #countBelow(position: bigint): number {
    let low = 0;
    let high = this.#possible.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#possible[middle]?.position ?? position) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
