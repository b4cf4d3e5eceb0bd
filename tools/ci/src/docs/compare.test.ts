import { describe, expect, test } from "@jest/globals";
import { compare } from "./compare.ts";

describe("JSON", () => {
  const json = (expected: unknown, printed: unknown) =>
    compare({ kind: "json", text: JSON.stringify(expected) }, JSON.stringify(printed));

  test.each<[string, unknown, unknown]>([
    ["the same", { a: 1, b: [true, null] }, { b: [true, null], a: 1 }],
    ["more fields than the page tells", { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }],
    ["any value at ...", { id: "...", at: "2026-..." }, { id: "x\ny", at: "2026-01-01" }],
    ["a list that begins so", [1, "..."], [1, 2, 3]],
    ["a list that ends there", [1, "..."], [1]],
  ])("agrees with %s", (_, expected, printed) => {
    expect(json(expected, printed)).toBeUndefined();
  });

  test.each<[string, unknown, unknown, string]>([
    ["another value", { a: { b: 1 } }, { a: { b: 2 } }, ".a.b is 2, the page says 1"],
    ["a missing field", { a: 1 }, {}, ".a is undefined, the page says 1"],
    ["another type", { a: "1" }, { a: 1 }, '.a is 1, the page says "1"'],
    ["a longer list", { a: [1] }, { a: [1, 2] }, ".a is [1,2], the page says [1]"],
    ["a list where an object was told", { a: {} }, { a: [] }, ".a is [], the page says {}"],
    ["too short a list", [1, 2, "..."], [1], 'the value is [1], the page says [1,2,"..."]'],
    ["a string that only holds the told one", { a: "b" }, { a: "abc" }, '.a is "abc", the page says "b"'],
    ["a string that a dot would match", { a: "1.5" }, { a: "1x5" }, '.a is "1x5", the page says "1.5"'],
  ])("differs from %s", (_, expected, printed, problem) => {
    expect(json(expected, printed)).toBe(problem);
  });

  test("differs from what is not JSON", () => {
    expect(compare({ kind: "json", text: "{}" }, "oops")).toBe("printed something that is not JSON");
    expect(compare({ kind: "json", text: "{" }, "{}")).toBe("the page's expectation is not JSON");
  });
});

describe("text", () => {
  const text = (expected: string, printed: string) => compare({ kind: "text", text: expected }, printed);

  test.each([
    ["the same", "a\nb", "a\nb\n"],
    ["blanks at the ends of lines", "a\n  b", "\n a \nb\n\n"],
    ["anything in a line at ...", "took ... ms", "took 3.1 ms"],
    ["any lines at ...", "a\n...\nz", "a\nb\nc\nz"],
    ["no line at ...", "a\n...\nz", "a\nz"],
  ])("agrees with %s", (_, expected, printed) => {
    expect(text(expected, printed)).toBeUndefined();
  });

  test.each([
    ["a missing line", "a\nb", "a"],
    ["a line more", "a", "a\nb"],
    ["what a dot would match", "1.5", "1x5"],
    ["a line break at ...", "a ... z", "a b\nc z"],
  ])("differs from %s", (_, expected, printed) => {
    expect(text(expected, printed)).toBe("printed something else");
  });
});
