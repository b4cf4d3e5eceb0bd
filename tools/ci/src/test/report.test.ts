import { expect, test } from "@jest/globals";
import type { LevelReport } from "./level.ts";
import { table, total } from "./report.ts";
import { type Counts, closingLine } from "./results.ts";

const counts = (passed: number, failed = 0, skipped = 0): Counts => ({ passed, failed, skipped });
const level = (name: "unit" | "int", byProject: Record<string, Counts>): LevelReport => ({
  level: name,
  byProject: new Map(Object.entries(byProject)),
  seconds: 12.3,
});
const check = (name: string, ok: boolean) => ({ name, ok, seconds: 1 });

test("adds up the tests of all projects and the checks that failed", () => {
  const levels = [level("unit", { a: counts(3, 1), b: counts(2) }), level("int", { b: counts(4, 0, 2) })];
  expect(total({ checks: [check("types", false), check("lint", true)], levels })).toEqual(counts(9, 2, 2));
});

test("fails a run without a test", () => {
  expect(total({ checks: [], levels: [level("unit", {})] })).toEqual(counts(0, 1));
});

test("closes with a line that tells skipped tests only when there are some", () => {
  expect(closingLine(counts(3, 1))).toBe("3 passed, 1 failed");
  expect(closingLine(counts(3, 0, 2))).toBe("3 passed, 0 failed, 2 skipped");
});

test("shows what became of each project, and how long it took", () => {
  const levels = [level("unit", { cache: counts(12), db: counts(3, 1) }), level("int", { db: counts(4, 0, 2) })];
  expect(table({ checks: [check("types", false), check("lint", true)], levels }, 8.4)).toEqual([
    "project  unit          int",
    "cache    12            -",
    "db       3 (1 failed)  4 (2 skipped)",
    "seconds  12            12",
    "checks failed: types (8 s)",
  ]);
});
