/**
 * Milliseconds of CLOCK_MONOTONIC. All processes of a machine read the same clock, so that what they recorded can be put
 * in one order; no adjustment of the wall clock moves it.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
