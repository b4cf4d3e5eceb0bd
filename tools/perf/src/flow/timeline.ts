import { Latencies } from "../load/latencies.ts";

const MS_PER_SECOND = 1_000;

/** One second of a run. */
export interface Second {
  /** From the start of the run: 0, 1, 2. */
  readonly second: number;
  readonly calls: number;
  /** Milliseconds; NaN when nothing was answered in it. */
  readonly p50: number;
  readonly p95: number;
}

/** Answers over the time of a run, second by second, each in the second in which its call was made. */
export class Timeline {
  readonly #seconds: Latencies[] = [];

  /** @param atMs when the call was made, since the start */
  record(atMs: number, latencyMs: number): void {
    const second = Math.max(0, Math.floor(atMs / MS_PER_SECOND));
    while (this.#seconds.length <= second) this.#seconds.push(new Latencies());
    this.#seconds[second]?.record(latencyMs);
  }

  seconds(): Second[] {
    return this.#seconds.map((latencies, second) => ({
      second,
      calls: latencies.count,
      p50: latencies.percentile(50),
      p95: latencies.percentile(95),
    }));
  }

  /** What was answered from one second to another, the latter not included. */
  window(from: number, to: number): Latencies {
    const sum = new Latencies();
    for (const latencies of this.#seconds.slice(from, to)) sum.add(latencies);
    return sum;
  }
}
