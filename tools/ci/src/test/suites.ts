import { glob } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../process/command.ts";
import type { Project } from "../process/nx.ts";

/** A level of tests: its Nx target, and where its suites are in a project. */
export interface Level {
  readonly name: "unit" | "int";
  readonly target: string;
  readonly pattern: string;
  /** How long all of its suites may take, in milliseconds: for what hangs, not a budget. */
  readonly limitMs: number;
}

export const UNIT: Level = { name: "unit", target: "test", pattern: "src/**/*.test.ts", limitMs: 600_000 };
export const INT: Level = { name: "int", target: "int", pattern: "tests/**/*.int.test.ts", limitMs: 3_600_000 };

/** A project that has suites of a level. */
export interface Suites {
  readonly project: string;
  readonly files: number;
  /** Where Jest writes what became of them. */
  readonly results: string;
}

export function resultsDir(root = ROOT): string {
  return join(root, "tmp", "results");
}

/** Who has suites of this level. The others are not run: a Jest that finds nothing takes a second to say so. */
export async function findSuites(projects: readonly Project[], level: Level, root = ROOT): Promise<readonly Suites[]> {
  const found = await Promise.all(
    projects.map(async ({ name, root: folder }): Promise<Suites> => {
      const files = await Array.fromAsync(glob(level.pattern, { cwd: join(root, folder) }));
      return { project: name, files: files.length, results: join(resultsDir(root), `${name}-${level.name}.json`) };
    }),
  );
  return found.filter(({ files }) => files > 0);
}
