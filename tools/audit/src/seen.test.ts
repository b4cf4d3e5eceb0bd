import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { madeAt, microsOf, timestampOf } from "./seen.ts";

test("microseconds become a timestamp and come back, also before the epoch", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), (micros) => {
      const timestamp = timestampOf(micros);
      expect(timestamp.nanos).toBeGreaterThanOrEqual(0);
      expect(timestamp.nanos).toBeLessThan(1_000_000_000);
      expect(microsOf(timestamp)).toBe(micros);
    }),
  );
});

test("an id of version 7 tells when it was made, others do not", () => {
  expect(madeAt("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")).toBe(Date.UTC(2022, 1, 22, 19, 22, 22));
  expect(madeAt("919108f7-52d1-4320-9bac-f847db4148a8")).toBeUndefined();
});
