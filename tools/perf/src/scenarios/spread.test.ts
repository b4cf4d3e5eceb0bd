import { describe, expect, test } from "@jest/globals";
import { spread } from "./spread.ts";

describe("rows from a whole table", () => {
  test("are evenly apart, and each its own", () => {
    expect(spread(1_000_000, 4)).toEqual([1, 250_001, 500_001, 750_001]);
    expect(new Set(spread(1_000, 999)).size).toBe(999);
  });

  test("are all of them where there are few", () => {
    expect(spread(3, 10)).toEqual([1, 2, 3]);
  });
});
