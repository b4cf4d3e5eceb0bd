/**
 * The process that a `Reaper` starts. It is told process ids on standard input, a line each, and kills what is left of
 * them when that ends, as it does when the one at its other end is killed.
 */
import { createInterface } from "node:readline";
import { processIdentity, signal } from "./processes.ts";

const programs = new Map<number, Promise<string | undefined>>();

async function clear(): Promise<void> {
  for (const [pid, before] of programs) {
    const identity = await processIdentity(pid);
    // The id may be another program's by now.
    if (identity !== undefined && identity === (await before)) signal(pid, "SIGKILL");
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => programs.set(Number(line), processIdentity(Number(line))))
  .on("close", () => void clear());
