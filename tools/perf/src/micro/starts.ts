import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort, Reaper, startPostgres } from "@skyport/testing";
import { median, noiseOf } from "../rounds/statistics.ts";
import { ROOT } from "../stage/program.ts";
import type { Budget, Measured, Progress, Target } from "../targets/target.ts";
import { startService } from "./service.ts";

const SERVICE_SECONDS = 1;
const SYSTEM_SECONDS = 2.5;
const START_MS = 120_000;
const READY_LINE = "Skyport is ready";

async function timed(
  { rounds }: Budget,
  progress: Progress,
  wanted: number,
  start: () => Promise<number>,
): Promise<Measured> {
  progress.show(0, "the first start");
  const first = (await start()) / 1_000;
  const seconds: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    progress.show(round / (rounds + 1), `start ${round} of ${rounds}`);
    seconds.push((await start()) / 1_000);
  }
  const value = median(seconds);
  const range = `${Math.min(...seconds).toFixed(2)}..${Math.max(...seconds).toFixed(2)} s`;
  const detail = `median of ${rounds} starts, ${range}; the first took ${first.toFixed(2)} s`;
  return { value: Number(value.toFixed(2)), met: value <= wanted, noise: noiseOf(seconds), detail };
}

/** From the start of the process until it may take traffic, on a database that has what it needs. */
export const SERVICE_START: Target = {
  name: "one service, start to ready (s)",
  wanted: `<= ${SERVICE_SECONDS}`,
  async measure(budget, progress) {
    await using postgres = await startPostgres();
    const env = { DATABASE_URL: await postgres.createDatabase() };
    return await timed(budget, progress, SERVICE_SECONDS, async () => {
      await using service = await startService({ service: "product-svc", place: "anywhere", env });
      return service.readyMs;
    });
  },
};

/** One `npm start`, and its end. @returns milliseconds until it says that all is ready */
async function startSystem(stateDir: string): Promise<number> {
  const ports = { PRODUCT_PORT: String(await freePort()), ORDER_PORT: String(await freePort()) };
  const env = { ...process.env, ...ports, SKYPORT_STATE_DIR: stateDir, REDIS_URL: "" };
  const start = performance.now();
  const child = spawn("npm", ["start"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  // What npm has started notices its end, and stops too.
  using reaper = new Reaper();
  reaper.watch(child.pid);
  const exited = once(child, "exit");
  const ended = exited.then(() => {
    throw new Error(`npm start has ended: ${lines.slice(-5).join(" | ")}`);
  });
  ended.catch(() => undefined);
  const lines: string[] = [];
  const ready = Promise.withResolvers<number>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      lines.push(line);
      if (line.includes(READY_LINE)) ready.resolve(performance.now() - start);
    });
  }
  const timer = setTimeout(() => ready.reject(new Error("npm start takes more than two minutes")), START_MS);
  try {
    return await Promise.race([ready.promise, ended]);
  } finally {
    clearTimeout(timer);
    // To the whole group, as Ctrl-C at a terminal.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await exited;
  }
}

/** `npm start` on data that an earlier one has left, until both services may take traffic. */
export const SYSTEM_START: Target = {
  name: "npm start after the first time, to ready (s)",
  wanted: `<= ${SYSTEM_SECONDS}`,
  async measure(budget, progress) {
    const stateDir = await mkdtemp(join(tmpdir(), "skyport-perf-"));
    try {
      return await timed(budget, progress, SYSTEM_SECONDS, () => startSystem(stateDir));
    } finally {
      await rm(stateDir, { recursive: true, force: true });
    }
  },
};
