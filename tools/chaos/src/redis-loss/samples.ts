/** One call. Times in milliseconds of one clock; `at` is the moment at which it was due, whenever it was really sent. */
export interface Sample {
  readonly at: number;
  readonly tookMs: number;
  /** The reason of its failure; undefined: it succeeded. */
  readonly failure: string | undefined;
}

/** What a stretch of time looked like. */
export interface Slice {
  /** Milliseconds from the moment in question. */
  readonly fromMs: number;
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
}

/** The smallest value that at least this share of the values does not exceed; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function within(samples: readonly Sample[], from: number, to: number): number[] {
  return samples.filter(({ at }) => at >= from && at < to).map(({ tookMs }) => tookMs);
}

/** Slices of the same width around a moment. */
export function slicesAround(
  samples: readonly Sample[],
  moment: number,
  fromMs: number,
  toMs: number,
  widthMs: number,
): readonly Slice[] {
  const slices: Slice[] = [];
  for (let at = fromMs; at < toMs; at += widthMs) {
    const values = within(samples, moment + at, moment + at + widthMs);
    slices.push({ fromMs: at, calls: values.length, p50: percentile(values, 0.5), p99: percentile(values, 0.99) });
  }
  return slices;
}

const STEP_MS = 10;

/**
 * How long after a moment calls are quick again: until the first one from which on, for a whole `windowMs`, their p99 is
 * below the limit. Undefined: not by `untilMs`.
 */
export function quickAgainMs(
  samples: readonly Sample[],
  moment: number,
  limitMs: number,
  windowMs: number,
  untilMs: number,
): number | undefined {
  for (let at = 0; at + windowMs <= untilMs; at += STEP_MS) {
    if (percentile(within(samples, moment + at, moment + at + windowMs), 0.99) < limitMs) return at;
  }
  return undefined;
}
