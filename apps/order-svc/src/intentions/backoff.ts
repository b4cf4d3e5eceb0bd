const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/**
 * How long to wait after the n-th failure, in milliseconds: doubling up to two seconds, so that
 * stock is back soon after the product service is. Half of it is random, so that instances that failed together do not come back together.
 *
 * @param failures 1 for the first
 * @param random from 0 to 1
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.ceil(ceiling * (0.5 + random() / 2));
}
