import { expect, test } from "@jest/globals";
import { holds } from "./if-none-match.ts";

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['  "a"  ', true],
  ['"b", "a"', true],
  ['"b","c" , W/"a"', true],
  ['"with,comma", "a"', true],
  ["*", true],
  [" * ", true],
  [undefined, false],
  ["", false],
  ['"b"', false],
  ['"A"', false],
  ["a", false],
  ['"a', false],
  ['w/"a"', false],
  ['"b" "a"', false],
  ['b, "a"', false],
  ['"b", *', false],
])("%j holds a: %p", (field, expected) => {
  expect(holds(field, '"a"')).toBe(expected);
});

test("a long list of rubbish takes no long time", () => {
  const field = `${'"x", '.repeat(3_000)}"`;
  expect(holds(field, '"a"')).toBe(false);
});
