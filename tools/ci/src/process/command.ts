import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

export interface CommandOptions {
  /** Default: the repository's root. */
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take, in milliseconds; then it and its descendants are killed. */
  readonly limitMs: number;
  /** Told each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface Finished {
  /** Whether it exited with 0, in time. */
  readonly ok: boolean;
  /** What it wrote to stdout and stderr, and why it was ended when it was. */
  readonly output: string;
  readonly seconds: number;
}

const running = new Set<ChildProcess>();

/** Sends a signal to a child and its descendants; false when there is none left. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    // A negative id addresses the process group: each child is started as the leader of its own.
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

/** Kills whatever still runs: for the end of this process. */
export function killAll(): void {
  for (const child of running) signalGroup(child, "SIGKILL");
}

/** The environment of a child: npm's programs come first on PATH, and the settings of an Nx that runs us do not leak. */
export function childEnvironment(
  added: Readonly<Record<string, string>> = {},
  inherited: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const own = Object.entries(inherited).filter(([name]) => !name.startsWith("NX_"));
  const { PATH = "" } = inherited;
  const path = `${join(ROOT, "node_modules", ".bin")}${delimiter}${PATH}`;
  return { ...Object.fromEntries(own), PATH: path, NX_DAEMON: "false", ...added };
}

/** Starts a program as the leader of a process group of its own. It is killed when this process ends. */
export function start(
  program: string,
  args: readonly string[],
  { cwd = ROOT, env = {} }: Pick<CommandOptions, "cwd" | "env">,
) {
  const child = spawn(program, args, {
    cwd,
    env: childEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** Runs a program to its end; a failing exit is a result, not an error. */
export async function run(program: string, args: readonly string[], options: CommandOptions): Promise<Finished> {
  const begin = performance.now();
  const child = start(program, args, options);
  const lines: string[] = [];
  const take = (line: string): void => {
    lines.push(line);
    options.onLine?.(line);
  };
  createInterface(child.stdout).on("line", take);
  createInterface(child.stderr).on("line", take);
  child.on("error", (error) => take(`${program}: ${error.message}`));
  const timer = setTimeout(() => {
    take(`${program}: not done within ${options.limitMs / 1000} s: killed`);
    signalGroup(child, "SIGKILL");
  }, options.limitMs);
  await once(child, "close").catch(() => undefined);
  clearTimeout(timer);
  return {
    ok: child.exitCode === 0,
    output: lines.join("\n"),
    seconds: (performance.now() - begin) / 1000,
  };
}
