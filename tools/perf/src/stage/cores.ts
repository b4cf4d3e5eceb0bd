import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { childrenOf } from "@skyport/testing";

const run = promisify(execFile);

/** Which cores of this machine do what; as `taskset` writes lists. */
export interface Cores {
  /** The load generator's own one; undefined: nothing is pinned. */
  readonly load: string | undefined;
  /** Those of everything that is measured. */
  readonly system: string | undefined;
  /** Both. */
  readonly all: string | undefined;
}

const UNPINNED: Cores = { load: undefined, system: undefined, all: undefined };

/** Reads a list such as "0-3,6". */
export function parseCores(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [first, last = first] = part.trim().split("-").map(Number);
    if (first === undefined || last === undefined || !Number.isInteger(first) || !Number.isInteger(last)) return [];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}

/** The last core for the load, the others for the system; nothing to split where there is only one. */
export function splitCores(available: readonly number[]): Cores {
  const load = available.at(-1);
  if (load === undefined || available.length < 2) return UNPINNED;
  return { load: String(load), system: available.slice(0, -1).join(","), all: available.join(",") };
}

/** What this process may run on, split; `taskset` is asked, and where there is none nothing is pinned. */
export async function findCores(): Promise<Cores> {
  const answer = await run("taskset", ["-cp", String(process.pid)]).catch(() => undefined);
  const list = /list:\s*(\S+)/.exec(answer?.stdout ?? "")?.[1];
  return list === undefined ? UNPINNED : splitCores(parseCores(list));
}

/** Moves a process and its threads, and the children that it has, to some cores. */
export async function pin(pid: number, cores: string | undefined): Promise<void> {
  for (const each of [pid, ...(await childrenOf(pid))]) await pinAlone(each, cores);
}

/** Moves a process and its threads to some cores; what it starts from then on goes with it. */
export async function pinAlone(pid: number, cores: string | undefined): Promise<void> {
  if (cores === undefined) return;
  // It may have ended meanwhile.
  await run("taskset", ["-a", "-cp", cores, String(pid)]).catch(() => undefined);
}

/** What was pinned, for people. */
export function describeCores({ load, system }: Cores): string {
  if (load === undefined) return "nothing is pinned: taskset is missing, or there is one core only";
  return `the load generator runs on core ${load}, everything measured on ${system}`;
}
