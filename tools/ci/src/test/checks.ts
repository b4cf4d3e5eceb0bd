import { checkLock } from "../lock/lock-file.ts";
import { type Finished, run } from "../process/command.ts";

export interface Check {
  readonly name: string;
  run(): Promise<Finished>;
}

/** How a check ended. */
export interface Checked {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
}

/** For what hangs, not a budget. */
const LIMIT_MS = 300_000;

const command = (name: string, program: string, ...args: readonly string[]): Check => ({
  name,
  run: () => run(program, args, { limitMs: LIMIT_MS }),
});

/**
 * Everything that is judged without running the services, over the whole tree at once: that takes a quarter of the time
 * of one process for each project. The Nx targets `lint` and `typecheck` judge the same a project at a time.
 * One lane runs beside the others, its checks one after another; the import rules need the graph that Nx has saved.
 */
export const LANES: readonly (readonly Check[])[] = [
  [command("types", "tsc", "-p", "tsconfig.json")],
  [
    command("format and lint", "biome", "check", "--error-on-warnings", "."),
    command("import rules", "eslint", "--max-warnings", "0", "."),
    { name: "lock file", run: checkLock },
    command("generated code", "nx", "run-many", "-t", "generated", "--output-style=stream"),
  ],
];

/** Runs the checks and prints a line for each, with all that it found when it failed. */
export async function runChecks(
  lanes: readonly (readonly Check[])[],
  print: (line: string) => void,
): Promise<readonly Checked[]> {
  const results = await Promise.all(
    lanes.map(async (lane) => {
      const done: Checked[] = [];
      for (const check of lane) {
        const { ok, output, seconds } = await check.run();
        print(`${ok ? "PASS" : "FAIL"} ${check.name} (${seconds.toFixed(1)} s)`);
        if (!ok) print(output);
        done.push({ name: check.name, ok, seconds });
      }
      return done;
    }),
  );
  return results.flat();
}
