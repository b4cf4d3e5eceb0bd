import type { FlowMeasured } from "../flow/measure-flow.ts";
import type { ReadBySize } from "../parts/sizes.ts";
import type { Measured } from "./target.ts";

/** Most that the p95 may grow while the exercise's flow runs, and least that the naive design's does. */
export const FLAT = 1.1;
export const NAIVE_GROWTH = 10;

/** Most that a read may cost at the largest size, by its cost at the smallest. */
export const SIZE_GROWTH = 1.2;

/** The exercise's question, answered. */
export function judgeFlow({ ours, naive }: FlowMeasured): Measured {
  const value = ours.last / ours.first;
  const growth = naive.last / naive.first;
  const ms = (number: number): string => `${number.toFixed(1)} ms`;
  return {
    value,
    met: value <= FLAT && growth >= NAIVE_GROWTH,
    noise: ours.noise,
    detail:
      `p95 ${ms(ours.first)} at first, ${ms(ours.last)} at last, with ${ours.products} products; ` +
      `naive ${ms(naive.first)} at first, ${ms(naive.last)} at last, with ${naive.products}: ${growth.toFixed(1)} times`,
  };
}

/** The read that suffers most from size. */
export function judgeSizes(reads: readonly ReadBySize[]): Measured {
  const worst = reads
    .flatMap(({ scenario, sizes, noise }) => sizes.slice(-1).map((size) => ({ scenario, noise, ...size })))
    .toSorted((a, b) => b.ratio.median - a.ratio.median)[0];
  if (worst === undefined) return { value: Number.NaN, met: undefined, noise: 0, detail: "nothing was measured" };
  const { scenario, rows, ratio, p50, noise } = worst;
  return {
    value: ratio.median,
    met: ratio.median <= SIZE_GROWTH,
    noise,
    detail:
      `the worst of ${reads.length}: ${scenario} at ${rows} rows, ${p50.median.toFixed(2)} ms, ` +
      `${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)} by round`,
  };
}
