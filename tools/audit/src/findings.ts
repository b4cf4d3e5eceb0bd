import type { Finding, FindingKind } from "./finding.ts";

/** How many discrepancies are kept to be shown; the rest are counted. */
export const KEPT_FINDINGS = 1_000;

/** What was found so far, in bounded memory. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #keys = new Set<string>();
  readonly #counts = new Map<FindingKind, number>();
  readonly #limit: number;

  /** @param limit how many are kept; default KEPT_FINDINGS */
  constructor(limit: number = KEPT_FINDINGS) {
    this.#limit = limit;
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const { kind, resource, productId } = finding;
      const key = JSON.stringify([kind, resource, productId]);
      // One whose order and reservation stand far apart in their lists may come twice.
      if (this.#keys.has(key)) continue;
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
      if (this.#kept.length === this.#limit) continue;
      this.#kept.push(finding);
      this.#keys.add(key);
    }
  }

  /** The first ones. */
  get kept(): readonly Finding[] {
    return this.#kept;
  }

  /** How many of each kind, of those that were not kept too. */
  get counts(): ReadonlyMap<FindingKind, number> {
    return this.#counts;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}
