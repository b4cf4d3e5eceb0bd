import { partOf } from "../progress.ts";
import type { TargetRow } from "../report/document.ts";
import type { Budget, Progress, Target } from "./target.ts";

const MS_PER_SECOND = 1_000;

/** Measures targets one after the other. One that cannot be measured is a line that says why, and the others go on. */
export async function measureTargets(
  targets: readonly Target[],
  budget: Budget,
  progress: Progress,
): Promise<TargetRow[]> {
  const rows: TargetRow[] = [];
  for (const [index, target] of targets.entries()) {
    const { name, wanted } = target;
    const part = partOf(progress, index / targets.length, (index + 1) / targets.length, name);
    const start = performance.now();
    const seconds = (): number => Math.round((performance.now() - start) / MS_PER_SECOND);
    try {
      rows.push({ name, wanted, ...(await target.measure(budget, part)), seconds: seconds() });
    } catch (error) {
      const detail = `could not be measured: ${error instanceof Error ? error.message : String(error)}`;
      rows.push({ name, wanted, value: Number.NaN, met: undefined, noise: 0, detail, seconds: seconds() });
    }
  }
  return rows;
}
