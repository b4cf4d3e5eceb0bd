import { readGraph } from "../process/nx.ts";
import { LANES, runChecks } from "./checks.ts";
import { clearResults, type LevelReport, runLevel } from "./level.ts";
import { table, total } from "./report.ts";
import { closingLine } from "./results.ts";
import { INT, UNIT } from "./suites.ts";

export interface TestOptions {
  /** Leaves out the integration tests. */
  readonly unitOnly: boolean;
  /** Takes no result from Nx's cache. */
  readonly fresh: boolean;
  readonly print: (line: string) => void;
}

/**
 * All that must hold before a change goes in: checks of the whole tree, then unit tests, then integration tests. It goes
 * on after a failure, so that one run tells them all.
 *
 * @returns whether everything passed and at least one test ran.
 */
export async function test({ unitOnly, fresh, print }: TestOptions): Promise<boolean> {
  await clearResults();
  const { projects } = await readGraph();
  const begin = performance.now();
  const checks = await runChecks(LANES, print);
  const checkSeconds = (performance.now() - begin) / 1000;
  const levels: LevelReport[] = [];
  for (const level of unitOnly ? [UNIT] : [UNIT, INT]) {
    print("");
    levels.push(await runLevel(projects, level, { fresh, print }));
  }
  const report = { checks, levels };
  const counts = total(report);
  print("");
  for (const line of table(report, checkSeconds)) print(line);
  print(`\n${closingLine(counts)}`);
  return counts.failed === 0;
}

/** The checks alone; tells whether all passed. */
export async function check(print: (line: string) => void): Promise<boolean> {
  await readGraph();
  return (await runChecks(LANES, print)).every(({ ok }) => ok);
}
