import { describe, expect, test } from "@jest/globals";
import { encodeParameter } from "./parameters.ts";

describe("encodeParameter", () => {
  test.each<[unknown, string | null]>([
    [null, null],
    ["text", "text"],
    ["", ""],
    [12, "12"],
    [Number.NaN, "NaN"],
    [9_007_199_254_740_993n, "9007199254740993"],
    [true, "true"],
    [false, "false"],
    [Uint8Array.of(0, 255), "\\x00ff"],
    [Buffer.from("aé"), "\\x61c3a9"],
    [[], "{}"],
    [["a", 'b"c\\d', "{,}", "", null, "NULL"], '{"a","b\\"c\\\\d","{,}","",NULL,"NULL"}'],
    [[1n, 2], '{"1","2"}'],
    [
      [
        [1, 2],
        [3, 4],
      ],
      '{{"1","2"},{"3","4"}}',
    ],
  ])("%p", (value, text) => {
    expect(encodeParameter(value)).toBe(text);
  });

  test("is idempotent: the driver may encode what it repeats", () => {
    for (const value of [true, Uint8Array.of(1), [1], 5n]) {
      const once = encodeParameter(value);
      expect(encodeParameter(once)).toBe(once);
    }
  });

  test.each([undefined, new Date(0), { a: 1 }, Symbol("s"), () => 1, [undefined]])("refuses %p", (value) => {
    expect(() => encodeParameter(value)).toThrow(TypeError);
  });
});
