import type { Operation } from "./operation.ts";

export interface Step {
  readonly at: number;
  readonly position: bigint;
  /** The operation that set this floor. */
  readonly by: Operation;
  /** What else one has to know to see that it did. */
  readonly reasons: readonly Operation[];
}

/** The newest position that was known at each moment: a staircase that only rises. */
export class Floor {
  readonly #steps: Step[] = [];

  /** What was known before `moment`; what became known at that very moment is not, since it may have come after it. */
  before(moment: number): Step | undefined {
    return this.#steps[this.#countBefore(moment) - 1];
  }

  /** At `at` it became known that the key had come to `position`. */
  raise(step: Step): void {
    const last = this.#steps.at(-1);
    if (last === undefined || step.at >= last.at) {
      if (last === undefined || step.position > last.position) this.#steps.push(step);
      return;
    }
    const index = this.#countBefore(step.at);
    const earlier = this.#steps[index - 1];
    if (earlier !== undefined && earlier.position >= step.position) return;
    let covered = index;
    while ((this.#steps[covered]?.position ?? step.position + 1n) <= step.position) covered += 1;
    this.#steps.splice(index, covered - index, step);
  }

  /** Forgets what was surpassed before `moment`: a lower floor for a read that started then, but never a wrong one. */
  forget(moment: number): void {
    const surpassed = this.#countBefore(moment) - 1;
    if (surpassed > 0) this.#steps.splice(0, surpassed);
  }

  #countBefore(moment: number): number {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle]?.at ?? moment) < moment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
