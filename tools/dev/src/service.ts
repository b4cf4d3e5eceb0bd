import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { signal } from "@skyport/testing";
import { DevError } from "./dev-error.ts";
import type { ServicePlan } from "./plan.ts";

/** How a process ended, in words: "exit code 1", "SIGKILL". */
type Ending = string;

/** How long one probe may take, and the pause between two, in milliseconds. */
const PROBE_MS = 2_000;
const PAUSE_MS = 50;

function answersReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/readyz", agent: false, timeout: PROBE_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

/** A service as a child process, in a process group of its own: Ctrl-C at the terminal reaches only its parent. */
export class Service {
  readonly plan: ServicePlan;
  readonly pid: number;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<Ending>;
  #ending: Ending | undefined;

  /**
   * @param root the folder in which it runs
   * @param write takes each line of its output, its name in front
   */
  constructor(plan: ServicePlan, root: string, write: (line: string) => void) {
    this.plan = plan;
    const child: ChildProcess = spawn(process.execPath, plan.args, {
      cwd: root,
      env: plan.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
    if (child.pid === undefined) throw new DevError(`${plan.name} cannot be started: is there memory left?`);
    this.pid = child.pid;
    const streams: readonly (Readable | null)[] = [child.stdout, child.stderr];
    for (const input of streams) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => write(`${plan.name} | ${line}`));
    }
    this.exited = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`));
    });
    this.exited.then((ending) => {
      this.#ending = ending;
    });
  }

  /** Resolves once it may take traffic, or when waiting is aborted. It never does for a service that ends first. */
  async ready(aborted: AbortSignal): Promise<void> {
    while (!aborted.aborted && (this.#ending !== undefined || !(await answersReady(this.plan.port)))) {
      await sleep(PAUSE_MS);
    }
  }

  /** SIGTERM, so that it drains; SIGKILL when it still runs `graceMs` later. Resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    if (this.#ending === undefined) signal(this.pid, "SIGTERM");
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.exited;
    clearTimeout(timer);
    // What it started itself, such as the process under --watch, goes with it.
    this.kill();
  }

  /** SIGKILL for it and for what it started. */
  kill(): void {
    if (process.platform !== "win32") signal(-this.pid, "SIGKILL");
    else if (this.#ending === undefined) signal(this.pid, "SIGKILL");
  }
}
