import { describe, expect, test } from "@jest/globals";
import type { Measured } from "./measure.ts";
import { percent, table } from "./table.ts";

describe("percent", () => {
  test.each([
    [0, 0, "0"],
    [0, 10, "0"],
    [1, 100_000, "0.0010 %"],
    [12, 1_000, "1.2 %"],
    [555, 1_000, "56 %"],
    [1_000, 1_000, "100 %"],
  ])("%p of %p is %s", (part, whole, text) => expect(percent(part, whole)).toBe(text));
});

test("the table is Markdown with columns of one width", () => {
  const measured: Measured = {
    design: "delete-after-commit",
    reads: 12_345,
    readsPerSecond: 6_172.5,
    loadsPerRead: 0.1,
    writes: 300,
    failed: 0,
    stale: 120,
    backward: 60,
    other: 0,
    afterKill: { reads: 50, backward: 50, loads: 0 },
  };
  const lines = table([measured, { ...measured, design: "skyport", stale: 0, backward: 0 }]).split("\n");
  expect(lines).toHaveLength(4);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toContain(" 12,345 |");
  expect(lines[2]).toContain("0.97 %");
  expect(lines[2]).toContain("100 % of 50 |");
});
