/** Buckets for each doubling: a quantile is at most a fifth too high. */
const PER_DOUBLING = 4;

/** Upper bound of the first bucket, in milliseconds. */
const SMALLEST = 0.01;

/** The last bucket begins at about three minutes, and takes whatever is longer. */
const BUCKETS = 24 * PER_DOUBLING;

/** What was measured: its number, sum and extremes, and the bounds below which half and nearly all of it lies. */
export interface HistogramSummary {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Counts of values in buckets whose bounds grow by a constant factor: its memory does not grow. */
export class Histogram {
  readonly #buckets = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  record(value: number): void {
    const bucket = Math.ceil(Math.log2(value / SMALLEST) * PER_DOUBLING);
    const index = Math.min(Math.max(bucket, 0), BUCKETS - 1);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  /** Takes another's values in. */
  add(other: Histogram): void {
    for (const [index, count] of other.#buckets.entries()) {
      this.#buckets[index] = (this.#buckets[index] ?? 0) + count;
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#max = Math.max(this.#max, other.#max);
  }

  summary(): HistogramSummary {
    return {
      count: this.#count,
      sum: this.#sum,
      max: this.#max,
      p50: this.#quantile(0.5),
      p90: this.#quantile(0.9),
      p99: this.#quantile(0.99),
    };
  }

  /** The upper bound of the bucket that holds the quantile, and never more than the maximum. */
  #quantile(share: number): number {
    let left = this.#count * share;
    for (const [index, count] of this.#buckets.entries()) {
      left -= count;
      if (count > 0 && left <= 0) return Math.min(SMALLEST * 2 ** (index / PER_DOUBLING), this.#max);
    }
    return this.#max;
  }
}
