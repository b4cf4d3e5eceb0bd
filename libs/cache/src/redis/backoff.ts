const FIRST_MS = 50;
const MAX_MS = 2_000;

/** Milliseconds to wait before the next attempt to connect: doubling, with jitter, so that instances do not come together. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return Math.min(FIRST_MS * 2 ** failures, MAX_MS) * (0.5 + random() / 2);
}
