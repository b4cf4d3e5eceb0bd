import { type ChildProcess, fork } from "node:child_process";
import { LISTENING, workerEnvironment } from "./worker.ts";

/** How a worker ended: the exit code, or the signal. */
export type Ending = number | NodeJS.Signals;

/** One process of a service: the same program, with the same arguments and environment. */
export class WorkerProcess {
  /** Resolves when it listens; never when it ends before. */
  readonly listening: Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<Ending>;
  readonly startedAt: number = performance.now();
  readonly #child: ChildProcess;

  /** @param number which one it is, from 1 */
  constructor(number: number) {
    const [, program = "", ...args] = process.argv;
    this.#child = fork(program, args, { env: { ...process.env, ...workerEnvironment(number) } });
    this.listening = new Promise((resolve) => {
      this.#child.on("message", (message) => {
        if (message === LISTENING) resolve();
      });
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("error", () => resolve(1));
      this.#child.once("exit", (code, signal) => resolve(signal ?? code ?? 1));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Lets it finish its calls and end. */
  dismiss(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
