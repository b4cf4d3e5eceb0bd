import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { exchange, type Format, PATH } from "./answers.ts";
import { type Load, openLoad } from "./load.ts";

/** What is compared: a name, and the arguments of `server.ts`. */
export interface Case {
  readonly name: string;
  readonly format: Format;
  readonly server: readonly string[];
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

  static async start(subject: Case, connections: number): Promise<Subject> {
    // What it logs goes nowhere: the line is made and handed to the system, and no disk takes part.
    const child = fork(join(import.meta.dirname, "server.ts"), subject.server, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [{ port }] = await once(child, "message");
    const { type, request } = exchange(subject.format);
    const head = `POST ${PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${type}\r\n`;
    return new Subject(child, await openLoad(port, head, request, connections));
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
