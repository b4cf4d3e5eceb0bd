import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { signalGroup, start } from "../process/command.ts";

export interface Printed {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A reader's terminal: variables that one script sets are there for the next. */
export interface Shell extends AsyncDisposable {
  /** Runs a script in the repository's root; it fails with its first failing command. */
  run(script: string): Promise<Printed>;
}

/** @param limitMs how long one script may take, in milliseconds; then it is killed. */
export async function openShell(env: Readonly<Record<string, string>>, limitMs = 60_000): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), "docs-"));
  const state = join(folder, "variables");
  return {
    run: async (script) => {
      const whole = `set -a\n[ ! -e "$1" ] || . "$1"\n${script}\nexport -p >"$1"\n`;
      const child = start("bash", ["-euo", "pipefail", "-c", whole, "bash", state], { env });
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), limitMs);
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
      clearTimeout(timer);
      return { ok: child.exitCode === 0, stdout, stderr };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
