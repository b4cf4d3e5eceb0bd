import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Reaper, signal } from "@skyport/testing";
import { pin } from "./cores.ts";

export interface ProgramOptions {
  readonly name: string;
  /** The program, from the project's root. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Takes its output. */
  readonly logFile: string;
  /** What answers 200 once it may be used. Default /readyz. */
  readonly readyPath?: string;
}

export const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const READY_MS = 60_000;
/** How long a program may take for its end. */
const GRACE_MS = 3_000;
const PROBE_MS = 2_000;
const PAUSE_MS = 10;

/** A program that is measured: a service, or a server to compare it with, in a process of its own. */
export class Program implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly #options: ProgramOptions;
  readonly #log: WriteStream;
  readonly #reaper = new Reaper();
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #ending: string | undefined;

  private constructor(options: ProgramOptions) {
    const { name, entry, args = [], port, env, logFile } = options;
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.#options = options;
    this.#log = createWriteStream(logFile, { flags: "a" });
    this.#child = spawn(process.execPath, [entry, ...args], {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], PORT: String(port), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C at the terminal is for this process, which ends the others in their order.
      detached: true,
    });
    this.#reaper.watch(this.#child.pid);
    this.#child.stdout?.pipe(this.#log, { end: false });
    this.#child.stderr?.pipe(this.#log, { end: false });
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#ended(error.message, resolve));
      this.#child.once("exit", (code, by) => this.#ended(by ?? `exit code ${code}`, resolve));
    });
  }

  /** Starts it; `ready` waits until it may be used. */
  static start(options: ProgramOptions): Program {
    return new Program(options);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once it may be used. @throws Error when it ends instead, or takes longer than a minute */
  async ready(): Promise<void> {
    const end = performance.now() + READY_MS;
    while (!(await this.#answers())) {
      if (this.#ending !== undefined) throw new Error(`${this.name} has ended (${this.#ending}): ${this.#told}`);
      if (performance.now() >= end) throw new Error(`${this.name} is not ready after ${READY_MS} ms: ${this.#told}`);
      await sleep(PAUSE_MS);
    }
  }

  /** Moves it to some cores; undefined leaves it where it is. */
  pin(cores: string | undefined): Promise<void> {
    return pin(this.pid, cores);
  }

  /** Ends it, in order if that does not take long: what it has started itself ends with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ending === undefined && this.pid > 0) signal(this.pid, "SIGTERM");
    const timer = setTimeout(() => signal(this.pid, "SIGKILL"), GRACE_MS);
    await this.#exited;
    clearTimeout(timer);
    this.#reaper[Symbol.dispose]();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  get #told(): string {
    return `see ${this.#options.logFile}`;
  }

  #ended(how: string, done: () => void): void {
    this.#ending ??= how;
    done();
  }

  #answers(): Promise<boolean> {
    const { port, readyPath = "/readyz" } = this.#options;
    return new Promise((resolve) => {
      const probe = get({ host: "127.0.0.1", port, path: readyPath, agent: false, timeout: PROBE_MS }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      probe.on("timeout", () => probe.destroy());
      probe.on("error", () => resolve(false));
    });
  }
}
