import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FromWorker, Progress, ToWorker, WorkerConfig, WorkerReport } from "./messages.ts";

const PROGRAM = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Spares each process a third of its start. */
const COMPILE_CACHE = fileURLToPath(new URL("../../../../node_modules/.cache/compiled", import.meta.url));

export const NO_PROGRESS: Progress = { reads: 0, acknowledged: 0, failed: 0, counts: {} };

/** The parent's side of one working process. */
export class Worker {
  #config: WorkerConfig;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #errors = "";
  #ended = false;
  #progress: Progress = NO_PROGRESS;
  #waiting: PromiseWithResolvers<FromWorker | undefined> | undefined;
  #failure: Error | undefined;

  private constructor(config: WorkerConfig) {
    this.#config = config;
    this.#child = fork(PROGRAM, [], {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      execArgv: [],
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, NODE_OPTIONS: "" },
    });
    this.#exited = once(this.#child, "exit").then(() => this.#end());
    this.#child.on("message", (message) => this.#hear(message as FromWorker)); // Only main.ts writes to it.
    // A message to a process that has just been killed is lost, as it should be.
    this.#child.on("error", () => undefined);
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000);
    });
  }

  /** Starts the process and waits until its subject is open. @throws Error with its own words when it is not. */
  static async start(config: WorkerConfig): Promise<Worker> {
    const worker = new Worker(config);
    try {
      await worker.configure(config);
      return worker;
    } catch (error) {
      await worker.close();
      throw error;
    }
  }

  /** Closes the subject and opens another. @throws Error as `start`. */
  async configure(config: WorkerConfig): Promise<void> {
    this.#config = config;
    const answer = await this.#ask({ type: "configure", config });
    if (answer?.type === "ready") return;
    throw this.#failure ?? new Error(`${config.process} ended instead of starting: ${this.#errors}`);
  }

  get config(): WorkerConfig {
    return this.#config;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether the process has ended, by itself or by a signal. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when the process has ended. */
  get exited(): Promise<unknown> {
    return this.#exited;
  }

  /** Of the round that runs, a moment old. */
  get progress(): Progress {
    return this.#progress;
  }

  /** Sends what no answer comes to. */
  tell(message: Extract<ToWorker, { type: "start" | "kill-at" }>): void {
    if (message.type === "start") this.#progress = NO_PROGRESS;
    this.#send(message);
  }

  /** The report of the round; undefined when the process was killed before it. @throws Error when it failed. */
  async report(message: Extract<ToWorker, { type: "stop" | "burst" }>): Promise<WorkerReport | undefined> {
    const answer = await this.#ask(message);
    if (answer?.type === "report") return answer.report;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#child.signalCode !== null) return undefined;
    throw new Error(`${this.#config.process} ended with code ${this.#child.exitCode}: ${this.#errors}`);
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#child.kill(signal);
  }

  /** Ends the process, in good order where it can. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.kill(), 10_000);
    await this.#exited;
    clearTimeout(late);
  }

  /** Undefined when the process ends instead of answering. */
  #ask(message: ToWorker): Promise<FromWorker | undefined> {
    if (this.#ended || this.#failure !== undefined) return Promise.resolve(undefined);
    this.#waiting = Promise.withResolvers();
    this.#send(message);
    return this.#waiting.promise;
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromWorker): void {
    if (message.type === "progress") this.#progress = message.progress;
    else {
      if (message.type === "failed") this.#failure = new Error(`${this.#config.process}: ${message.message}`);
      if (message.type === "report") this.#progress = message.report;
      this.#waiting?.resolve(message);
    }
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.resolve(undefined);
  }
}
