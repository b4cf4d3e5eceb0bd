import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Workspace } from "./workspace.ts";

/** What a program did. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  /** What it wrote to stderr, or to stdout when it wrote nothing there: the text that explains a failure. */
  readonly report: string;
}

/**
 * Runs a program in the workspace's root and waits for its end; a failing exit is a result, not an error.
 *
 * @throws Error when the program cannot be started.
 */
export async function run(
  { root, env }: Workspace,
  program: string,
  args: readonly string[],
  input = "",
): Promise<Finished> {
  const child = spawn(program, args, { cwd: root, env, stdio: "pipe" });
  // A program that ends without reading its input breaks the pipe; its exit code tells what matters.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, stdout, report: (stderr.trim() === "" ? stdout : stderr).trim() };
}

/**
 * The same for a step that must succeed; returns its stdout.
 *
 * @throws Error with the program's own words when it fails.
 */
export async function must(ws: Workspace, program: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, report } = await run(ws, program, args, input);
  if (code !== 0) throw new Error(`${program} ${args[0] ?? ""} failed: ${report}`);
  return stdout;
}
