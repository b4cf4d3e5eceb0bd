import { Latencies } from "./latencies.ts";

/** What a generator has seen. */
export interface LoadResult {
  /** Calls that were answered as they should be. */
  readonly calls: number;
  /** Calls that were refused, or not answered. */
  readonly failed: number;
  /** What the first of those was like. */
  readonly firstFailure: string | undefined;
  readonly seconds: number;
  /** Good answers a second. */
  readonly perSecond: number;
  readonly latencies: Latencies;
  /** How much of its core the generator has used: near 1 it is what is measured. */
  readonly generatorShare: number;
}

const MICROS_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;

/** Counts answers, from its making until `finish`. */
export class Tally {
  readonly #latencies = new Latencies();
  readonly #start = performance.now();
  readonly #cpu = process.cpuUsage();
  #calls = 0;
  #failed = 0;
  #firstFailure: string | undefined;

  answered(ms: number): void {
    this.#calls += 1;
    this.#latencies.record(ms);
  }

  failed(why: string): void {
    this.#failed += 1;
    this.#firstFailure ??= why;
  }

  finish(): LoadResult {
    const ms = performance.now() - this.#start;
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      calls: this.#calls,
      failed: this.#failed,
      firstFailure: this.#firstFailure,
      seconds: ms / MS_PER_SECOND,
      perSecond: (this.#calls / ms) * MS_PER_SECOND,
      latencies: this.#latencies,
      generatorShare: (user + system) / MICROS_PER_MS / ms,
    };
  }
}

/** @throws Error when more than `allowed` of the calls have failed: such figures say nothing */
export function requireAnswers(what: string, result: LoadResult, allowed = 0): LoadResult {
  const { calls, failed, firstFailure } = result;
  if (calls === 0 || failed > allowed * (calls + failed)) {
    throw new Error(`${what}: ${failed} of ${calls + failed} calls failed; the first: ${firstFailure ?? "no answer"}`);
  }
  return result;
}
