/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** What rounds of one thing, each divided by the round of another beside it, came to. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * One series by another, round by round: what disturbs the machine for a while disturbs two neighbours alike.
 *
 * @throws RangeError when they are not equally long, or empty
 */
export function ratioOf(series: readonly number[], base: readonly number[]): Ratio {
  if (series.length !== base.length || series.length === 0) throw new RangeError("two series of one length are needed");
  const ratios = series.map((value, round) => value / (base[round] ?? Number.NaN));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** How far two series of one and the same thing are apart: the noise of whatever is measured beside them. */
export function noiseOf(series: readonly number[], again: readonly number[]): number {
  return Math.abs(ratioOf(again, series).median - 1);
}
