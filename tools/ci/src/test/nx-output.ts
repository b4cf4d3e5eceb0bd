import { stripVTControlCharacters } from "node:util";

/** Jest's words for a suite that left something open: such a process ends late or never. */
const LEAKS = ["did not exit", "failed to exit gracefully"];

/** What Nx and the tasks that it runs write, told apart by project. */
export interface NxOutput {
  take(line: string): void;
  /** All lines of a project's task. */
  of(project: string): readonly string[];
  /** Whether Jest found something left open in this project. */
  leaks(project: string): boolean;
}

/**
 * Reads `--output-style=stream`, where Nx puts the project's name before each line of its task.
 *
 * @param print told the one line that Jest writes for each suite, as it comes.
 */
export function nxOutput(projects: readonly string[], print: (line: string) => void): NxOutput {
  const byProject = new Map(projects.map((project) => [project, [] as string[]]));
  return {
    take: (line) => {
      const [, project = "", text = ""] = /^(\S+): (.*)$/.exec(stripVTControlCharacters(line)) ?? [];
      const lines = byProject.get(project);
      if (lines === undefined) return;
      lines.push(text);
      if (/^\s*(PASS|FAIL) /.test(text) && !lines.slice(0, -1).includes(text)) print(text.trim());
    },
    of: (project) => byProject.get(project) ?? [],
    leaks: (project) => (byProject.get(project) ?? []).some((line) => LEAKS.some((leak) => line.includes(leak))),
  };
}
