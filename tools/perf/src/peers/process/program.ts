import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endProcess } from "@skyport/testing";
import { type Place, placed } from "./place.ts";
import { isKind, type Usage, type UsageQuestion } from "./usage.ts";

export interface ProgramOptions {
  /** For messages. */
  readonly name: string;
  /** Node's arguments: the program and its own. */
  readonly args: readonly string[];
  readonly place: Place;
  /** Its environment, beside PATH. Default: nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: this process's. */
  readonly cwd?: string;
}

const PROBE = new URL("./probe.mjs", import.meta.url).href;
const TAIL = 2_000;
const GRACE_MS = 5_000;

/** A program in a process of its own, which ends with this one. What it prints on standard output is dropped. */
export class Program implements AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;
  #errors = "";

  private constructor(name: string, child: ChildProcess, pid: number) {
    this.name = name;
    this.pid = pid;
    this.#child = child;
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-TAIL);
    });
    this.#ended = once(child, "close").then(([code, signal]) => {
      throw new Error(`${name} has ended (${signal ?? `exit code ${code}`}): ${this.#errors.trim()}`);
    });
    // Told to whoever waits for something of it.
    this.#ended.catch(() => undefined);
  }

  /** @throws Error when it cannot be started */
  static async start({ name, args, place, env = {}, cwd }: ProgramOptions): Promise<Program> {
    const [file, all] = await placed(place, process.execPath, ["--import", PROBE, ...args]);
    const child = spawn(file, all, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
      // Ctrl-C at the terminal is for this process, which ends the others.
      detached: true,
    });
    await once(child, "spawn");
    const { pid } = child;
    if (pid === undefined) throw new Error(`${name} does not start`);
    return new Program(name, child, pid);
  }

  /** The next message of a kind. @throws Error when the program ends first */
  hear<T extends { readonly kind: string }>(kind: T["kind"]): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const listen = (message: unknown): void => {
      if (isKind<T>(message, kind)) resolve(message);
    };
    this.#child.on("message", listen);
    return Promise.race([promise, this.#ended]).finally(() => this.#child.off("message", listen));
  }

  /** Says something, and gives the next message of a kind. @throws Error when the program ends first */
  async ask<T extends { readonly kind: string }>(question: object, kind: T["kind"]): Promise<T> {
    const answer = this.hear<T>(kind);
    this.#child.send(question, () => undefined);
    return answer;
  }

  /** What it has used until now. @param watchLoop watches the delay of its event loop from then on */
  usage(watchLoop = false): Promise<Usage> {
    const question: UsageQuestion = { kind: "usage?", watchLoop };
    return this.ask<Usage>(question, "usage");
  }

  /** Rejects, with its last words on standard error, once it has ended. */
  get ended(): Promise<never> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endProcess(this.pid, "SIGTERM", GRACE_MS);
  }
}

/** The path of a file beside the one whose `import.meta.url` is given, as an argument for node. */
export function fileBeside(url: string, path: string): string {
  return fileURLToPath(new URL(path, url));
}
