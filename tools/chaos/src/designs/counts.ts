/** Counts by name: `hit` and `load` are counted by every design. */
export class Counts {
  readonly #counts: Record<string, number> = { hit: 0, load: 0 };

  add(name: string, by = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by;
  }

  get all(): Readonly<Record<string, number>> {
    return this.#counts;
  }
}
