import type { Operation, Seen } from "./operation.ts";
import type { Verdict } from "./verdict.ts";

export interface HistoryCheckerOptions {
  /** How many violations a verdict lists; it counts all. Default 1,000. */
  readonly maxViolations?: number;
}

export class HistoryChecker {
  #reads = 0;
  #writes = 0;

  constructor(_options: HistoryCheckerOptions = {}) {}

  /** Declares the state of a key before its first operation. Without it the row did not exist. */
  initial(_key: string, _seen: Seen): void {}

  add(operation: Operation): void {
    if (operation.kind === "read") this.#reads += 1;
    else this.#writes += 1;
  }

  check(): Verdict {
    const counts = { STALE: 0, BACKWARD: 0, PHANTOM: 0, GHOST: 0, CORRUPT: 0 };
    return { reads: this.#reads, writes: this.#writes, unknownWrites: 0, counts, violations: [] };
  }
}
