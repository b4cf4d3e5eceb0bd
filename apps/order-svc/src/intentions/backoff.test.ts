import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";

fc.configureGlobal({ seed: seed() });

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe("the pause after a failure", () => {
  test("doubles from 100 ms to 2 s", () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000, 1e9].map((failures) => backoffMs(failures, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
  });

  test("lies between a half and the whole of that, evenly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), share, (failures, random) => {
        const whole = backoffMs(failures, () => 1);
        const pause = backoffMs(failures, () => random);
        expect(pause).toBe(Math.ceil(whole * (0.5 + random / 2)));
        expect(pause).toBeGreaterThanOrEqual(whole / 2);
      }),
    );
  });

  test("is of a sane length for a count that cannot be", () => {
    expect(backoffMs(0, () => 1)).toBeGreaterThan(0);
    expect(Number.isInteger(backoffMs(3))).toBe(true);
  });
});
