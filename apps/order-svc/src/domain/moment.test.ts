import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { isMoment, wholeMicros } from "./moment.ts";

fc.configureGlobal({ seed: seed() });

const FIRST = -62_135_596_800n;
const LAST = 253_402_300_799n;
const moment = fc.record({
  seconds: fc.bigInt({ min: FIRST, max: LAST - 1n }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});

test.each<[bigint, number, boolean]>([
  [0n, 0, true],
  [-1n, 999_999_999, true],
  [FIRST, 0, true],
  [FIRST - 1n, 999_999_999, false],
  [LAST, 999_999_999, true],
  [LAST + 1n, 0, false],
  [2n ** 63n - 1n, 0, false],
  [-(2n ** 63n), 0, false],
  [0n, -1, false],
  [0n, 1_000_000_000, false],
])("%p s and %p ns are a moment: %p", (seconds, nanos, expected) => {
  expect(isMoment({ seconds, nanos })).toBe(expected);
});

describe("the whole microsecond of a moment", () => {
  test("is the moment itself, or the next one", () => {
    fc.assert(
      fc.property(moment, ({ seconds, nanos }) => {
        const late = wholeMicros({ seconds, nanos }) * 1_000n - (seconds * 1_000_000_000n + BigInt(nanos));
        expect(late >= 0n && late < 1_000n).toBe(true);
      }),
    );
  });

  test("parts whole microseconds as the moment does", () => {
    fc.assert(
      fc.property(moment, fc.bigInt({ min: -2_000n, max: 2_000n }), ({ seconds, nanos }, away) => {
        const exact = seconds * 1_000_000_000n + BigInt(nanos);
        const micros = exact / 1_000n + away;
        expect(micros >= wholeMicros({ seconds, nanos })).toBe(micros * 1_000n >= exact);
      }),
    );
  });

  test("is still a time at the end of time", () => {
    expect(wholeMicros({ seconds: LAST, nanos: 999_999_999 })).toBe(LAST * 1_000_000n + 999_999n);
    expect(wholeMicros({ seconds: LAST, nanos: 999_999_000 })).toBe(LAST * 1_000_000n + 999_999n);
    expect(wholeMicros({ seconds: LAST, nanos: 1 })).toBe(LAST * 1_000_000n + 1n);
  });
});
