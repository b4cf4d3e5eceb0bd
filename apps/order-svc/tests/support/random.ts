/** Numbers between two others, evenly, the same for the same seed: a linear congruential generator (Knuth's MMIX). */
export function random(seed: number): (from: number, to: number) => number {
  let state = BigInt.asUintN(64, BigInt(seed) * 2_862_933_555_777_941_757n + 1n);
  return (from, to) => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return from + (to - from) * (Number(state >> 32n) / 2 ** 32);
  };
}
