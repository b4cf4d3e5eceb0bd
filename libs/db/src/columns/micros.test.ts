import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { formatMicros, microsToTimestamp, parseMicros, timestampToMicros } from "./micros.ts";

fc.configureGlobal({ seed: seed() });

const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;
const micros = fc.bigInt({ min: FIRST, max: LAST });

describe("microseconds", () => {
  test.each<[bigint, string]>([
    [0n, "1970-01-01T00:00:00.000000+00"],
    [1n, "1970-01-01T00:00:00.000001+00"],
    [-1n, "1969-12-31T23:59:59.999999+00"],
    [1_735_689_600_123_456n, "2025-01-01T00:00:00.123456+00"],
    [FIRST, "0001-01-01T00:00:00.000000+00"],
    [LAST, "9999-12-31T23:59:59.999999+00"],
  ])("%p is %s", (value, text) => {
    expect(formatMicros(value)).toBe(text);
  });

  test("survive the way through PostgreSQL's text, which drops trailing zeros", () => {
    fc.assert(
      fc.property(micros, (value) => {
        const text = formatMicros(value)
          .replace("T", " ")
          .replace(/\.?0*\+00$/, "+00");
        const shown = /:\d\d(\.\d+)?\+00$/.test(text) ? text : formatMicros(value).replace("T", " ");
        expect(parseMicros(shown)).toBe(value);
      }),
    );
  });

  test("survive google.protobuf.Timestamp", () => {
    fc.assert(
      fc.property(micros, (value) => {
        const timestamp = microsToTimestamp(value);
        expect(timestamp.nanos).toBeGreaterThanOrEqual(0);
        expect(timestampToMicros(timestamp)).toBe(value);
      }),
    );
    expect(microsToTimestamp(-1n)).toEqual({ seconds: -1n, nanos: 999_999_000 });
    expect(timestampToMicros({ seconds: 1n, nanos: 1_999 })).toBe(1_000_001n);
  });

  test("refuse what is out of range or no time", () => {
    expect(() => formatMicros(FIRST - 1n)).toThrow(RangeError);
    expect(() => formatMicros(LAST + 1n)).toThrow(RangeError);
    for (const text of [
      "infinity",
      "10000-01-01 00:00:00+00",
      "2025-01-01 00:00:00+01",
      "2025-13-01 00:00:00+00",
      "",
    ]) {
      expect(() => parseMicros(text)).toThrow(RangeError);
    }
  });
});
