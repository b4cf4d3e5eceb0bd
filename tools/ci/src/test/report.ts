import type { Checked } from "./checks.ts";
import type { LevelReport } from "./level.ts";
import { add, type Counts, NONE } from "./results.ts";

export interface Report {
  readonly checks: readonly Checked[];
  readonly levels: readonly LevelReport[];
}

/** What is counted at the end: tests, and each check that failed. A run without a test is a failure as well. */
export function total({ checks, levels }: Report): Counts {
  const tests = levels.flatMap(({ byProject }) => [...byProject.values()]).reduce(add, NONE);
  const failedChecks = checks.filter(({ ok }) => !ok).length;
  const nothingRan = tests.passed + tests.failed === 0 ? 1 : 0;
  return add(tests, { ...NONE, failed: failedChecks + nothingRan });
}

/** A line for each project that has tests, with what became of them at each level; then the time that each step took. */
export function table({ checks, levels }: Report, checkSeconds: number): readonly string[] {
  const projects = [...new Set(levels.flatMap(({ byProject }) => [...byProject.keys()]))].toSorted();
  const rows = [
    ["project", ...levels.map(({ level }) => level)],
    ...projects.map((project) => [project, ...levels.map(({ byProject }) => cell(byProject.get(project)))]),
    ["seconds", ...levels.map(({ seconds }) => seconds.toFixed(0))],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  "));
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const verdict = failed.length === 0 ? "passed" : `failed: ${failed.join(", ")}`;
  return [...lines.map((line) => line.trimEnd()), `checks ${verdict} (${checkSeconds.toFixed(0)} s)`];
}

function cell(counts: Counts | undefined): string {
  if (counts === undefined) return "-";
  const { passed, failed, skipped } = counts;
  const rest = [failed > 0 ? `${failed} failed` : "", skipped > 0 ? `${skipped} skipped` : ""].filter(Boolean);
  return rest.length === 0 ? String(passed) : `${passed} (${rest.join(", ")})`;
}
