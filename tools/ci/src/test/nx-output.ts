import { stripVTControlCharacters } from "node:util";

/** The words of jest.open-handles.mjs and of Jest for a suite that left something open: such a process ends late or never. */
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
 * Reads `--output-style=stream`, where Nx puts the project's name before each line of its task; what it takes from its
 * cache it prints as it was, under a heading.
 *
 * @param print told the one line that Jest writes for each suite, as it comes.
 */
export function nxOutput(projects: readonly string[], print: (line: string) => void): NxOutput {
  const byProject = new Map(projects.map((project) => [project, [] as string[]]));
  const add = (project: string, text: string, note: string): void => {
    const lines = byProject.get(project);
    // Jest names a suite that failed twice: as it ends, and in its summary.
    if (/^\s*(PASS|FAIL) /.test(text) && !lines?.includes(text)) print(`${text.trim()}${note}`);
    lines?.push(text);
  };
  let cached = "";
  return {
    take: (coloured) => {
      const line = stripVTControlCharacters(coloured);
      const heading = /^> nx run ([^:]+):\S+( +\[)?/.exec(line);
      if (heading !== null) cached = heading[2] === undefined ? "" : (heading[1] ?? "");
      const [, project = "", text = ""] = /^(\S+): (.*)$/.exec(line) ?? [];
      if (byProject.has(project)) add(project, text, "");
      else if (cached !== "") add(cached, line, " [cached]");
    },
    of: (project) => byProject.get(project) ?? [],
    leaks: (project) => (byProject.get(project) ?? []).some((line) => LEAKS.some((leak) => line.includes(leak))),
  };
}
