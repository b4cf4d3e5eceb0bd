/** Choices that a seed determines. */
export interface Random {
  /** An integer from 0 up to, and without, `limit`. */
  readonly below: (limit: number) => number;
  /** True in `share` of all times. */
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
}

/** A small generator of its own, so that a failure is run again by its seed. (Park and Miller, 1988.) */
export function createRandom(seed: number): Random {
  let state = (seed % 2_147_483_646) + 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)] ?? items[0],
  };
}
