import { expect, test } from "@jest/globals";
import { readClosingLine } from "./try-system.ts";

test("reads a closing line", () => {
  expect(readClosingLine("1. create\n12 passed, 0 failed")).toEqual({ passed: 12, failed: 0, skipped: 0 });
  expect(readClosingLine("3 passed, 1 failed, 2 skipped\n")).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test("takes a text without a closing line for a failure", () => {
  expect(readClosingLine("it has 3 passed, 0 failed in it")).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
