import { expect, test } from "@jest/globals";
import { percent, readable, rowsName } from "./numbers.ts";

test.each([
  [12_345.6, "12,346"],
  [99.94, "99.9"],
  [0.876, "0.88"],
  [Number.NaN, "-"],
])("%d is %s for people", (value, text) => {
  expect(readable(value)).toBe(text);
});

test("shares and rows", () => {
  expect(percent(0.0341)).toBe("3.4 %");
  expect([100, 1_000, 100_000, 1_000_000].map(rowsName)).toEqual(["100", "1 k", "100 k", "1 M"]);
});
