/** The process that `guard` starts. Standard input ends when the guarding process does: that is its cue. */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import type { Guarded } from "./guard.ts";
import { endProcess, runsIn } from "./processes.ts";

// Written by `guard` a moment ago, in the same version.
const { folder, pidFile, endBy, command } = JSON.parse(process.argv[2] ?? "") as Guarded;

async function clear(): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, "utf8").catch(() => ""), 10);
  if (pid > 0 && (await runsIn(pid, folder))) await endProcess(pid, endBy, 5_000);
  const [file, ...args] = command ?? [];
  if (file !== undefined) await promisify(execFile)(file, args).catch(() => undefined);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

process.stdin.resume().on("end", () => void clear());
