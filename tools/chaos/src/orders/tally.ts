import type { Violation } from "./ledger/ledger.ts";

/** The report of a run, as JSON. */
export interface OrdersReport {
  readonly seed: number;
  readonly tookMs: number;
  readonly cycles: number;
  /** How often a process was killed, by where it was then. */
  readonly kills: Readonly<Record<string, number>>;
  /** How often a change did not get to the point where a process was to be killed. */
  readonly misses: Readonly<Record<string, number>>;
  /** What else was done. */
  readonly faults: Readonly<Record<string, number>>;
  /** Calls by kind of operation and outcome. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Creates that were acknowledged. */
  readonly acknowledged: number;
  /** Requests without a certain answer, which were repeated when everything was well. */
  readonly repeated: number;
  readonly checks: number;
  /** Orders compared with what was acknowledged, over all checks. */
  readonly ordersChecked: number;
  /** Audits that found nothing. */
  readonly cleanAudits: number;
  /** The longest time from when everybody took traffic again until no order waited for anything. */
  readonly longestUntilSettledMs: number;
  /** Calls that had no answer a second after their deadline; only instances that were stopped may do that. */
  readonly lateCalls: number;
  readonly violations: number;
  readonly findings: readonly { readonly kind: string; readonly text: string }[];
  /** What went wrong beside the orders. */
  readonly problems: readonly string[];
  /** Where it is explained; undefined when there is nothing to explain. */
  readonly file: string | undefined;
}

/** Counts by name. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get sum(): number {
    return [...this.#counts.values()].reduce((all, one) => all + one, 0);
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** What a run adds up. */
export class Tally {
  cycles = 0;
  readonly kills = new Counts();
  readonly misses = new Counts();
  readonly faults = new Counts();
  checks = 0;
  ordersChecked = 0;
  cleanAudits = 0;
  longestUntilSettledMs = 0;
  readonly problems: string[] = [];
}

/** The first violations, for the report. */
export function findingsOf(violations: readonly Violation[]): { kind: string; text: string }[] {
  return violations.slice(0, 10).map(({ kind, text }) => ({ kind, text }));
}
