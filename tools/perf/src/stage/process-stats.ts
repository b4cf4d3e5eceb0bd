import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const KIB = 1_024;
/** The kernel counts processor time in hundredths of a second for every program that asks (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Resident memory of a process in bytes; 0 when it cannot be told. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => undefined);
  const kib = status === undefined ? await psValue(pid, "rss=") : /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return Number(kib ?? 0) * KIB;
}

/** Processor time that a process has used so far, in seconds; undefined where the system does not tell. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  if (stat === undefined) return undefined;
  // Counted from behind the command's name, which may hold blanks: utime and stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function psValue(pid: number, field: string): Promise<string | undefined> {
  const answer = await run("ps", ["-o", field, "-p", String(pid)]).catch(() => undefined);
  return answer?.stdout.trim();
}
