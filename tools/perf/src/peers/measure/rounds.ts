import type { Measurements, Subject } from "../../rounds/rounds.ts";
import { ratioOf } from "../../rounds/statistics.ts";

/** What one side did in one round. */
export interface Round {
  /** Answers a second. */
  readonly perSecond: number;
  /** What the server used for each of them, in microseconds; NaN where that is not known. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How much of a core the load itself took: near 1 it is what is measured. */
  readonly generatorCores: number;
}

/** Something that is measured beside others. It throws when an answer is wrong. */
export type Side = Subject<Round>;

export type Series = Measurements<Round>;

/** The rates of one side, round by round. @throws RangeError when there is none of that name */
export function ratesOf(series: Series, name: string): readonly number[] {
  const rounds = series.get(name);
  if (rounds === undefined) throw new RangeError(`nothing called "${name}" was measured`);
  return rounds.map(({ perSecond }) => perSecond);
}

/**
 * How far two series of one and the same thing are apart, round by round: the noise of whatever is measured beside them.
 *
 * @throws RangeError when one was not measured
 */
export function noiseBetween(series: Series, name: string, again: string): number {
  return Math.abs(ratioOf(ratesOf(series, again), ratesOf(series, name)).median - 1);
}
