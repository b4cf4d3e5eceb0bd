import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Reaper, signal } from "@skyport/testing";

export interface ProcessPlan {
  readonly name: string;
  /** The program, from the project's root. */
  readonly entry: string;
  /** The project's root, in which it runs. */
  readonly root: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Takes its output, of all its lives. */
  readonly logFile: string;
}

const PROBE_MS = 1_000;
const PAUSE_MS = 20;

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/readyz", agent: false, timeout: PROBE_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

/** A service as a program, which may be killed and started again on the same port. */
export class ServiceProcess implements AsyncDisposable {
  readonly plan: ProcessPlan;
  readonly #log: WriteStream;
  readonly #reaper = new Reaper();
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  /** An end that nobody has asked for: a service must survive every fault around it. */
  #surprise: string | undefined;
  #expected = false;

  constructor(plan: ProcessPlan) {
    this.plan = plan;
    this.#log = createWriteStream(plan.logFile, { flags: "a" });
  }

  /** How it has ended by itself, if it has. */
  get surprise(): string | undefined {
    return this.#surprise;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    if (this.#child !== undefined) throw new Error(`${this.plan.name} runs already`);
    const child = spawn(process.execPath, [this.plan.entry], {
      cwd: this.plan.root,
      env: { PATH: process.env["PATH"], PORT: String(this.plan.port), ...this.plan.env },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C at the terminal is for this process, which ends the others in their order.
      detached: true,
    });
    this.#reaper.watch(child.pid);
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    this.#expected = false;
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("error", (error) => this.#ended(error.message, resolve));
      child.once("exit", (code, by) => this.#ended(by ?? `exit code ${code}`, resolve));
    });
  }

  /** Resolves once it takes traffic; throws when it does not within `withinMs`, or has ended. */
  async ready(withinMs: number): Promise<void> {
    const end = performance.now() + withinMs;
    while (!(await isReady(this.plan.port))) {
      if (this.#surprise !== undefined) throw new Error(`${this.plan.name} has ended by itself (${this.#surprise})`);
      if (performance.now() >= end) throw new Error(`${this.plan.name} is not ready after ${withinMs} ms`);
      await sleep(PAUSE_MS);
    }
  }

  /** Sends the signal and, where it ends the process, waits for that. */
  async signal(name: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    this.#expected ||= name === "SIGKILL" || name === "SIGTERM";
    signal(pid, name);
    if (name === "SIGKILL" || name === "SIGTERM") await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.signal("SIGKILL");
    this.#reaper[Symbol.dispose]();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  #ended(how: string, done: () => void): void {
    if (!this.#expected) this.#surprise = how;
    this.#child = undefined;
    done();
  }
}
