import { expect, test } from "@jest/globals";
import { growthOf } from "./growth.ts";

test.each([
  ["what fills up first and then stays is flat", [50, 90, 100, 100, 101, 99, 100, 100], 1],
  ["what goes on growing is not", [100, 110, 120, 130, 140, 150, 160, 170], 165 / 125],
  ["one sample out of line changes little", [50, 90, 100, 100, 100, 100, 100, 100, 100, 900, 100, 100], 1],
])("%s", (_, samples, growth) => {
  expect(growthOf(samples)).toBeCloseTo(growth);
});

test("too few tell nothing", () => {
  expect(growthOf([1, 2, 3])).toBeNaN();
});
