import { build, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";

const MICROS_PER_MS = 1_000;
const LONGEST_MICROS = 600_000_000;

/**
 * Latencies, every one kept, in a histogram of three significant digits (HdrHistogram); milliseconds go in and come out,
 * microseconds are stored.
 */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_MICROS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(ms: number): void {
    this.#histogram.recordValue(Math.min(LONGEST_MICROS, Math.max(1, Math.round(ms * MICROS_PER_MS))));
  }

  /** Takes in what another one holds. */
  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  /** @param percent from 0 to 100; NaN when nothing was recorded */
  percentile(percent: number): number {
    if (this.count === 0) return Number.NaN;
    return this.#histogram.getValueAtPercentile(percent) / MICROS_PER_MS;
  }

  /** The whole histogram in HdrHistogram's compressed form (V2), base64: other tools read it. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
