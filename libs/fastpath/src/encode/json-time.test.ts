import { create, type DescMessage, type Message, toJsonString } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "@jest/globals";
import { createJsonEncoder } from "./encoders.ts";

const DAY_S = 86_400;

/** What protobuf-es writes; undefined if it refuses. */
function theirs(desc: DescMessage, message: Message): string | undefined {
  try {
    return toJsonString(desc, message);
  } catch {
    return undefined;
  }
}

/** The first of all seconds at which the two are not of one opinion. */
function firstDifference(desc: DescMessage, all: Iterable<number>, nanos = 0): number | undefined {
  const ours = createJsonEncoder(desc, {});
  for (const second of all) {
    const message: Message = Object.assign(create(desc), { seconds: BigInt(second), nanos });
    if (ours?.(message)?.latin1 !== theirs(desc, message)) return second;
  }
  return undefined;
}

/** Around the ends of all Februaries and of all years, and days of every kind between. */
function* days(): Iterable<number> {
  for (let year = 1; year <= 9_999; year++) {
    const [march, january] = [new Date(0), new Date(0)];
    march.setUTCFullYear(year, 2, 1);
    january.setUTCFullYear(year, 0, 1);
    for (const day of [january.getTime(), march.getTime()].map((ms) => ms / 1_000 / DAY_S)) {
      for (const near of [-2, -1, 0, 1]) yield (day + near) * DAY_S;
    }
  }
  for (let second = -62_135_596_800; second < 253_402_300_800; second += 37 * DAY_S + 12_345) yield second;
}

describe("times in JSON are those of protobuf-es", () => {
  test("on all days", () => {
    expect(firstDifference(TimestampSchema, days())).toBeUndefined();
  });

  test("in all seconds of a day, before 1970 too", () => {
    const seconds = Array.from({ length: DAY_S }, (_, second) => second - DAY_S);
    expect(firstDifference(TimestampSchema, seconds, 120_000_000)).toBeUndefined();
  });

  test.each([
    ["timestamp", TimestampSchema, [-62_135_596_800, 253_402_300_799, 0]],
    ["duration", DurationSchema, [-315_576_000_000, 315_576_000_000, 0]],
  ] as const)("at the limits of a %s and beyond them", (_, desc, limits) => {
    const seconds = limits.flatMap((limit) => [limit - 1, limit, limit + 1]);
    for (const nanos of [0, 1, -1, 10_000, 999_999_999, -999_999_999, 1_000_000_000, -1_000_000_000]) {
      expect(firstDifference(desc, seconds, nanos)).toBeUndefined();
    }
  });
});
