import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { madeAt, TOMBSTONE_MS, tooOldToBegin } from "./reservation-age.ts";

/** A UUID of version 7 of that millisecond. */
function uuidAt(ms: number): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-8def-0123456789ab`;
}

const NOW = Date.UTC(2026, 10, 23);

describe("madeAt", () => {
  test("reads the milliseconds of a version 7 UUID", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (ms) => {
        expect(madeAt(uuidAt(ms))).toBe(ms);
        expect(madeAt(uuidAt(ms).toUpperCase())).toBe(ms);
      }),
    );
  });

  test("reads RFC 9562's example", () => {
    expect(madeAt("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")).toBe(Date.UTC(2022, 1, 22, 19, 22, 22));
  });

  test.each([
    "919108f7-52d1-4320-9bac-f847db4148a8",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ])("%s tells no time", (uuid) => {
    expect(madeAt(uuid)).toBeUndefined();
  });
});

describe("a new reservation", () => {
  test.each([
    ["now", 0],
    ["at the last moment", TOMBSTONE_MS],
    ["on a clock that is a little ahead", -60_000],
  ])("may begin under an id made %s", (_, age) => {
    expect(tooOldToBegin(uuidAt(NOW - age), NOW)).toBeUndefined();
  });

  test.each([
    ["a millisecond too early", uuidAt(NOW - TOMBSTONE_MS - 1)],
    ["at the epoch", uuidAt(0)],
    ["in the far future, so that it would not tell its age", uuidAt(NOW + TOMBSTONE_MS)],
    ["nobody knows when", "919108f7-52d1-4320-9bac-f847db4148a8"],
  ])("may not begin under an id made %s", (_, id) => {
    expect(tooOldToBegin(id, NOW)).toMatchObject({
      reason: "INVALID_FIELDS",
      details: { fields: [{ field: "reservation_id" }] },
    });
  });
});
