/** The middle of some values, and how far they reach. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[sorted.length / 2 - 1] ?? Number.NaN) + upper) / 2;
}

export function summaryOf(values: readonly number[]): Summary {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * One series by another, round by round.
 *
 * @throws RangeError when they are not equally long, or empty
 */
export function ratioOf(values: readonly number[], base: readonly number[]): Summary {
  if (values.length !== base.length || values.length === 0) throw new RangeError("two series of one length are needed");
  return summaryOf(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}

/**
 * The noise of a measurement: how far two rounds of one and the same thing are apart, relative, in the middle. Rounds of
 * several things count together; 0 when none was repeated.
 */
export function noiseOf(...series: readonly (readonly number[])[]): number {
  const steps = series.flatMap((values) =>
    values.slice(1).map((value, index) => Math.exp(Math.abs(Math.log(value / (values[index] ?? Number.NaN)))) - 1),
  );
  const known = steps.filter(Number.isFinite);
  return known.length === 0 ? 0 : median(known);
}
