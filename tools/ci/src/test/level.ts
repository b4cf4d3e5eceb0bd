import { mkdir, rm } from "node:fs/promises";
import { run } from "../process/command.ts";
import type { Project } from "../process/nx.ts";
import { nxOutput } from "./nx-output.ts";
import { type Counts, countFile } from "./results.ts";
import { findSuites, type Level, resultsDir } from "./suites.ts";

export interface LevelReport {
  readonly level: Level["name"];
  readonly byProject: ReadonlyMap<string, Counts>;
  readonly seconds: number;
}

export interface LevelOptions {
  /** Runs what Nx has cached results of as well. */
  readonly fresh: boolean;
  readonly print: (line: string) => void;
}

/** Empties the folder of results, so that none of an earlier run is counted. */
export async function clearResults(): Promise<void> {
  await rm(resultsDir(), { recursive: true, force: true });
  await mkdir(resultsDir(), { recursive: true });
}

/** Runs all suites of a level, prints a line for each and, after them, all that the projects with a failure wrote. */
export async function runLevel(
  projects: readonly Project[],
  level: Level,
  { fresh, print }: LevelOptions,
): Promise<LevelReport> {
  const suites = await findSuites(projects, level);
  const names = suites.map(({ project }) => project);
  const output = nxOutput(names, print);
  const args = ["run-many", "-t", level.target, "-p", names.join(","), "--output-style=stream"];
  const finished = await run("nx", fresh ? [...args, "--skip-nx-cache"] : args, {
    // Jest's colours would hide the words that are looked for.
    env: { FORCE_COLOR: "0" },
    limitMs: level.limitMs,
    onLine: output.take,
  });
  const counted = suites.map(async ({ project, files, results }): Promise<[string, Counts]> => {
    const counts = await countFile(results, files);
    return [project, output.leaks(project) ? { ...counts, failed: counts.failed + 1 } : counts];
  });
  const byProject = new Map(await Promise.all(counted));
  const failed = [...byProject].filter(([, counts]) => counts.failed > 0);
  for (const [project] of failed) {
    print(`\n${project} ${level.name}:`);
    for (const line of output.of(project)) print(line);
  }
  if (!finished.ok && failed.length === 0) {
    print(finished.output);
    byProject.set("nx", { passed: 0, failed: 1, skipped: 0 });
  }
  return { level: level.name, byProject, seconds: finished.seconds };
}
