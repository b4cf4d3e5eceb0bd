import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const linux = process.platform === "linux";

async function ps(...args: readonly string[]): Promise<string> {
  try {
    return (await run("ps", args)).stdout.trim();
  } catch {
    return "";
  }
}

/** The fields of /proc/PID/stat after the command's name, which may itself hold blanks and parentheses. */
async function stat(pid: number): Promise<readonly string[]> {
  const line = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return line.slice(line.lastIndexOf(")") + 2).split(" ");
}

/** Whether a process has this id, a zombie included: one that has ended and was not collected by its parent. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it belongs to another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether a process with this id runs; a zombie does not. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!exists(pid)) return false;
  if (linux) return (await stat(pid))[0] !== "Z";
  return process.platform === "win32" || !(await ps("-o", "stat=", "-p", String(pid))).startsWith("Z");
}

/**
 * What tells a process from a later one that was given the same id: its start time. Undefined when it does not run.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!(await isAlive(pid))) return undefined;
  if (linux) {
    const started = (await stat(pid))[19];
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "")).trim();
    return started === undefined ? undefined : `${boot}/${started}`;
  }
  const started = await ps("-o", "lstart=", "-p", String(pid));
  return started === "" ? undefined : started;
}

/**
 * Whether the process works in this folder or below: its working directory on Linux, elsewhere its command line. This
 * is how a pid file is verified before its process is ended: the id may long have gone to someone else.
 */
export async function runsIn(pid: number, folder: string): Promise<boolean> {
  const real = await realpath(folder).catch(() => folder);
  if (linux) {
    const cwd = (await readlink(`/proc/${pid}/cwd`).catch(() => "")).replace(/ \(deleted\)$/, "");
    return `${cwd}${sep}`.startsWith(`${real}${sep}`);
  }
  const command = await commandOf(pid);
  return command.includes(real) || command.includes(folder);
}

/** A process's command line, empty when it does not run. */
export async function commandOf(pid: number): Promise<string> {
  if (!linux) return ps("-o", "command=", "-p", String(pid));
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim();
}

/** The id of a process's parent; undefined when it does not run. */
export async function parentOf(pid: number): Promise<number | undefined> {
  const parent = Number(linux ? (await stat(pid))[1] : await ps("-o", "ppid=", "-p", String(pid)));
  return parent > 0 ? parent : undefined;
}

/** The ids of a process's children, none when it does not run. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  if (!linux) {
    const lines = (await ps("-A", "-o", "pid=,ppid=")).split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    return lines.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  }
  const all = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const parents = await Promise.all(all.map(async (child) => Number((await stat(child))[1])));
  return all.filter((_, index) => parents[index] === pid);
}

/** Sends the signal; false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** Resolves to true once the process is gone, to false when it still runs after `withinMs`. */
export async function isGone(pid: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (await isAlive(pid)) {
    if (performance.now() >= end) return false;
    await sleep(10);
  }
  return true;
}

/** Ends a process by `first`, and by SIGKILL when it still runs `graceMs` later; resolves when it is gone. */
export async function endProcess(pid: number, first: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!signal(pid, first) || (await isGone(pid, graceMs))) return;
  signal(pid, "SIGKILL");
  if (!(await isGone(pid, 10_000))) throw new Error(`process ${pid} does not end`);
}
