const FIRST_MS = 50;

/**
 * Low, since after Redis' return writes are refused for this pause, an attempt, and the settling of a namespace: less than
 * a second together. A process makes one attempt at a time, however many callers it has, so low costs little.
 */
const MAX_MS = 400;

/** Milliseconds from the start of one attempt to connect to the next: doubling, with jitter, so that instances do not come together. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return Math.min(FIRST_MS * 2 ** failures, MAX_MS) * (0.5 + random() / 2);
}
