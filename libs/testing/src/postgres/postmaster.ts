import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { release } from "../guard.ts";
import { childrenOf, endProcess, exists, isAlive, isGone, runsIn, signal } from "../processes.ts";
import { serverAccount } from "./account.ts";
import { findBinaries } from "./binaries.ts";

/** fast: sessions are ended, data is flushed. immediate: as a crash, the next start recovers. */
export type ShutdownMode = "fast" | "immediate";

/** Reached from this machine alone, by TCP alone: the default folder of Unix sockets is shared by all servers. */
const LOCAL = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];

const SIGNALS: Readonly<Record<ShutdownMode, NodeJS.Signals>> = { fast: "SIGINT", immediate: "SIGQUIT" };

export interface PostmasterOptions {
  readonly dataDir: string;
  readonly port: number;
  /** The server's own log; emptied by each start. */
  readonly logFile: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** How long a start may take, crash recovery included, in milliseconds; default 60,000. */
  readonly startWithinMs?: number;
}

/** A PostgreSQL server that runs and takes connections. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<void>;
  stop(mode: ShutdownMode): Promise<void>;
  /** SIGKILL for the server and each of its processes, as when the machine loses power. */
  kill(): Promise<void>;
}

async function pidFileLines(dataDir: string): Promise<readonly string[]> {
  return (await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
}

/**
 * The id of the server that runs on this data directory. A pid file is removed when its process is another program by
 * now, or a zombie that nobody collects (in a container without an init): PostgreSQL only asks whether any process has
 * that id, and would refuse to start for ever.
 */
export async function runningPostmaster(dataDir: string): Promise<number | undefined> {
  const pid = Number.parseInt((await pidFileLines(dataDir))[0] ?? "", 10);
  if (!(pid > 0) || !exists(pid)) return undefined;
  if ((await isAlive(pid)) && (await runsIn(pid, dataDir))) return pid;
  await unlink(join(dataDir, "postmaster.pid"));
  return undefined;
}

/** Ends the server that runs on this data directory, if one does; SIGKILL when it takes longer than `graceMs`. */
export async function endPostmaster(dataDir: string, mode: ShutdownMode, graceMs: number): Promise<void> {
  const pid = await runningPostmaster(dataDir);
  if (pid === undefined) return;
  const children = await childrenOf(pid);
  await endProcess(pid, SIGNALS[mode], graceMs);
  for (const child of children) await isGone(child, 10_000);
}

async function spawnOnce(options: PostmasterOptions): Promise<ChildProcess> {
  const { dataDir, port, logFile, settings = {} } = options;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = await open(logFile, "w");
  try {
    // A session of its own: Ctrl-C at the terminal must not reach it past the process that owns it.
    return spawn(findBinaries().postgres, ["-D", dataDir, "-p", String(port), ...LOCAL, ...flags], {
      ...serverAccount(dataDir),
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", log.fd, log.fd],
      detached: true,
    });
  } finally {
    await log.close();
  }
}

/** Line 8 of the pid file is the server's own word on its state: what pg_ctl waits for too. */
async function isReady(dataDir: string, pid: number): Promise<boolean> {
  const lines = await pidFileLines(dataDir);
  return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
}

/**
 * Starts the server on 127.0.0.1 and waits until it takes connections.
 *
 * @throws Error with the last lines of its log when it ends instead, or when it takes too long.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { dataDir, logFile, startWithinMs = 60_000 } = options;
  const end = performance.now() + startWithinMs;
  for (;;) {
    const child = await spawnOnce(options);
    const exited = once(child, "exit").then(() => undefined);
    const pid = child.pid;
    if (pid === undefined) throw await exited.catch((error: unknown) => error);
    while (child.exitCode === null && child.signalCode === null) {
      if (await isReady(dataDir, pid)) {
        release(child);
        return own(child, pid, exited);
      }
      if (performance.now() >= end) {
        await endProcess(pid, "SIGKILL", 0);
        throw new Error(`PostgreSQL did not become ready within ${startWithinMs} ms; its log: ${logFile}`);
      }
      await sleep(10);
    }
    const log = (await readFile(logFile, "utf8")).trim();
    // Processes of a killed server still hold its memory: they end by themselves once they notice.
    const busy = /shared memory block .* is still in use/.test(log);
    if (!busy || performance.now() >= end) throw new Error(`PostgreSQL does not start: ${lastLines(log)}`);
    await sleep(50);
  }
}

function lastLines(log: string): string {
  const lines = log.split("\n");
  const fatal = lines.filter((line) => /FATAL|HINT|DETAIL/.test(line));
  return (fatal.length > 0 ? fatal : lines.slice(-5)).join(" | ");
}

function own(child: ChildProcess, pid: number, exited: Promise<void>): Postmaster {
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const ended = async (): Promise<void> => {
    child.ref();
    await exited;
  };
  return {
    pid,
    exited,
    async stop(mode) {
      if (running()) signal(pid, SIGNALS[mode]);
      await ended();
    },
    async kill() {
      const children = running() ? await childrenOf(pid) : [];
      if (running()) for (const id of [pid, ...children]) signal(id, "SIGKILL");
      await ended();
      for (const id of children) await isGone(id, 10_000);
    },
  };
}
