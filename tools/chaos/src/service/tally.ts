import type { Verdict, Violation } from "@skyport/testing";
import type { Finding } from "./evidence.ts";
import type { FaultyRound } from "./round.ts";

/** What one kind of fault has cost. */
export interface FaultTally {
  readonly injected: number;
  /** The longest that hits took to come back, in milliseconds from the end of the healing; also of rounds with a second fault. */
  readonly hitsRegainedMs: number;
}

/** What a whole run has shown. Times in milliseconds. */
export interface ChaosReport {
  readonly seed: number;
  readonly instances: number;
  readonly workers: number;
  readonly rounds: number;
  readonly tookMs: number;
  /** Reads that were checked; each key of a batch is one. */
  readonly reads: number;
  readonly writes: number;
  readonly acknowledged: number;
  readonly unknownWrites: number;
  /** Creates that were sent again, because it was in doubt whether they had been done; and that got their first answer. */
  readonly repeats: number;
  readonly replays: number;
  /** Queries of the database that reads have cost. */
  readonly loads: number;
  readonly faults: Readonly<Record<string, FaultTally>>;
  /** Failed calls by kind, reason and outcome. */
  readonly errors: Readonly<Record<string, number>>;
  readonly longestReadMs: number;
  readonly longestWriteMs: number;
  readonly violations: number;
  /** Where they are shown, round by round. */
  readonly findings: readonly Finding[];
  /** Reads that went back in rounds whose fault is a known limit. */
  readonly knownLimits: Readonly<Record<string, number>>;
  /** What else was not as it should be, a line each. */
  readonly problems: readonly string[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up rounds. */
export class Tally {
  readonly #errors: Record<string, number> = {};
  readonly #faults: Record<string, Mutable<FaultTally>> = {};
  readonly #knownLimits: Record<string, number> = {};
  readonly #findings: Finding[] = [];
  readonly #problems: string[] = [];
  readonly #sums = {
    rounds: 0,
    reads: 0,
    writes: 0,
    acknowledged: 0,
    unknownWrites: 0,
    repeats: 0,
    replays: 0,
    loads: 0,
    violations: 0,
    longestReadMs: 0,
    longestWriteMs: 0,
  };

  get reads(): number {
    return this.#sums.reads;
  }

  get violations(): number {
    return this.#sums.violations;
  }

  /** How many faults were injected. */
  get injected(): number {
    return Object.values(this.#faults).reduce((sum, { injected }) => sum + injected, 0);
  }

  /** @returns the kinds of violation that are this round's known limit, and so no violations. */
  add(round: FaultyRound, verdict: Verdict): ReadonlySet<Violation["kind"]> {
    const { result, faults } = round;
    const sums = this.#sums;
    sums.rounds += 1;
    sums.reads += verdict.reads;
    sums.writes += verdict.writes;
    sums.unknownWrites += verdict.unknownWrites;
    sums.acknowledged += result.total.acknowledged;
    sums.repeats += result.total.counts["repeats"] ?? 0;
    sums.replays += result.total.counts["replays"] ?? 0;
    sums.loads += round.loads;
    for (const { errors, longestReadMs, longestWriteMs } of result.reports) {
      for (const [reason, n] of Object.entries(errors)) this.#errors[reason] = (this.#errors[reason] ?? 0) + n;
      sums.longestReadMs = Math.max(sums.longestReadMs, longestReadMs);
      sums.longestWriteMs = Math.max(sums.longestWriteMs, longestWriteMs);
    }
    const limits = new Set<Violation["kind"]>();
    for (const { name, knownLimit } of faults) {
      const tally = this.#faults[name] ?? { injected: 0, hitsRegainedMs: 0 };
      this.#faults[name] = tally;
      tally.injected += 1;
      if (!Number.isNaN(round.hitsRegainedMs)) {
        tally.hitsRegainedMs = Math.max(tally.hitsRegainedMs, round.hitsRegainedMs);
      }
      if (knownLimit === undefined) continue;
      limits.add(knownLimit);
      const title = `${knownLimit} in ${name}`;
      this.#knownLimits[title] = (this.#knownLimits[title] ?? 0) + verdict.counts[knownLimit];
    }
    for (const [kind, n] of Object.entries(verdict.counts)) {
      if (![...limits].some((limit) => limit === kind)) sums.violations += n;
    }
    this.#problems.push(...round.problems.map((problem) => `round ${result.round}: ${problem}`));
    return limits;
  }

  found(finding: Finding): void {
    this.#findings.push(finding);
  }

  report(run: Pick<ChaosReport, "seed" | "instances" | "workers" | "tookMs">): ChaosReport {
    return {
      ...run,
      ...this.#sums,
      faults: this.#faults,
      errors: this.#errors,
      findings: this.#findings,
      knownLimits: this.#knownLimits,
      problems: this.#problems,
    };
  }
}
