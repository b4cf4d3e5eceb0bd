import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Load } from "./load.ts";

/** A server's program, and how a client connects to it. */
export interface Case {
  readonly name: string;
  /** The program, beside this file, and its arguments. */
  readonly server: readonly [program: string, ...args: string[]];
  readonly connect: (port: number) => Promise<Load>;
}

/** One round: answers a second, and processor time an answer. */
export interface Sample {
  readonly rate: number;
  readonly cpuUs: number;
}

/** A server that runs, with a client that is connected to it. */
export class Subject implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #load: Load;

  private constructor(child: ChildProcess, load: Load) {
    this.#child = child;
    this.#load = load;
  }

  static async start({ server: [program, ...args], connect }: Case): Promise<Subject> {
    // What it logs goes nowhere: the line is made and handed to the system, and no disk takes part.
    const child = fork(join(import.meta.dirname, program), args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const [{ port }] = await once(child, "message");
    return new Subject(child, await connect(port));
  }

  async measure(ms: number): Promise<Sample> {
    const before = await this.#cpuUs();
    const startedAt = performance.now();
    const answers = await this.#load.run(ms);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { rate: answers / seconds, cpuUs: ((await this.#cpuUs()) - before) / answers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#load.close();
    this.#child.disconnect();
    await once(this.#child, "exit");
  }

  async #cpuUs(): Promise<number> {
    this.#child.send("cpu");
    const [{ cpuUs }] = await once(this.#child, "message");
    return cpuUs;
  }
}
