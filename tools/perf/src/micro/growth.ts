import { median } from "../rounds/statistics.ts";

/** How much a series has grown from its second quarter to its last: 1 when it is flat. NaN of fewer than four samples. */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return Number.NaN;
  return median(samples.slice(-quarter)) / median(samples.slice(quarter, 2 * quarter));
}
