import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, processIdentity, signal } from "@skyport/testing";
import { DevError } from "./dev-error.ts";

/** A process that can be recognised: its id may go to another one later, its identity does not. */
export interface Recorded {
  readonly pid: number;
  readonly identity: string;
}

/** A child that a later start ends, should this one be killed. */
export interface RecordedChild extends Recorded {
  readonly name: string;
  readonly endBy: NodeJS.Signals;
}

/** Who runs in this folder. The file is the lock too: it names a living owner, or it is a leftover. */
export interface RunRecord {
  readonly owner: Recorded;
  /** In the order in which they are to be ended. */
  readonly children: readonly RecordedChild[];
}

/** How long a leftover may take to end in order, in milliseconds. */
const GRACE_MS = 15_000;

const fileIn = (stateDir: string): string => join(stateDir, "run.json");

/** Undefined when there is no such process. */
async function recognise(pid: number): Promise<Recorded | undefined> {
  const identity = await processIdentity(pid);
  return identity === undefined ? undefined : { pid, identity };
}

async function isStillThere({ pid, identity }: Recorded): Promise<boolean> {
  return (await processIdentity(pid)) === identity;
}

/** The record, undefined when there is none. One that does not parse is being written, or was cut off by a kill. */
async function read(file: string): Promise<RunRecord | "unreadable" | undefined> {
  try {
    // Written by this tool; an older version's record at worst lacks a field, which the checks below refuse.
    const record = JSON.parse(await readFile(file, "utf8")) as RunRecord;
    return typeof record.owner?.pid === "number" && Array.isArray(record.children) ? record : "unreadable";
  } catch (error) {
    if (error instanceof SyntaxError) return "unreadable";
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Ends the recorded children that still run, with all of their process group. */
async function endChildren(record: RunRecord): Promise<void> {
  for (const child of record.children) {
    if (!(await isStillThere(child))) continue;
    await endProcess(child.pid, child.endBy, GRACE_MS);
    if (process.platform !== "win32") signal(-child.pid, "SIGKILL");
  }
}

/** Takes the leftover away, unless another start has replaced it by its own record in between. */
async function takeAway(file: string, stale: RunRecord | "unreadable"): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await read(aside);
  const same = JSON.stringify(moved) === JSON.stringify(stale);
  if (same) await rm(aside, { force: true });
  else await rename(aside, file);
}

/** Ends what a killed run has left, when the record is still that run's. */
export async function clearAfter(stateDir: string, owner: Recorded): Promise<void> {
  const file = fileIn(stateDir);
  const record = await read(file);
  if (record === undefined || record === "unreadable" || record.owner.identity !== owner.identity) return;
  await endChildren(record);
  await takeAway(file, record);
}

/** This start's own record. */
export class RunFile {
  readonly #file: string;
  #record: RunRecord;

  private constructor(file: string, record: RunRecord) {
    this.#file = file;
    this.#record = record;
  }

  get owner(): Recorded {
    return this.#record.owner;
  }

  /**
   * Takes the folder for this process, after ending what a killed predecessor has left in it.
   *
   * @throws DevError when another start runs here.
   */
  static async acquire(stateDir: string): Promise<RunFile> {
    const file = fileIn(stateDir);
    const owner = await recognise(process.pid);
    if (owner === undefined) throw new Error("this process cannot be recognised");
    const record: RunRecord = { owner, children: [] };
    for (let unreadable = 0; ; ) {
      try {
        await writeFile(file, JSON.stringify(record), { flag: "wx", mode: 0o600 });
        return new RunFile(file, record);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const found = await read(file);
      if (found === undefined) continue;
      if (found === "unreadable") {
        // Another start may be writing it at this very moment.
        unreadable += 1;
        if (unreadable < 10) await sleep(50);
        else await takeAway(file, found);
        continue;
      }
      if (await isStillThere(found.owner)) {
        const { pid } = found.owner;
        throw new DevError(
          `Skyport already runs in this folder (process ${pid}): stop it by Ctrl-C, or by kill ${pid}`,
        );
      }
      await endChildren(found);
      await takeAway(file, found);
    }
  }

  /** Adds a child, to be ended before those that were added earlier. One that has ended is left out. */
  async add(name: string, pid: number, endBy: NodeJS.Signals): Promise<void> {
    const recognised = await recognise(pid);
    if (recognised === undefined) return;
    const child: RecordedChild = { name, endBy, ...recognised };
    this.#record = { ...this.#record, children: [child, ...this.#record.children] };
    const partial = `${this.#file}.${process.pid}`;
    await writeFile(partial, JSON.stringify(this.#record), { mode: 0o600 });
    await rename(partial, this.#file);
  }

  /** Gives the folder back. */
  async release(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
