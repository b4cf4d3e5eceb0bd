import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually, type Operation, type Seen, signal } from "@skyport/testing";
import type { InstanceOptions, Point, WriteOptions } from "./instance.ts";
import type { Answer, Order, Reached } from "./messages.ts";
import type { Written } from "./recorder.ts";

const PROGRAM = fileURLToPath(new URL("../programs/instance.ts", import.meta.url));

/** An instance of a service in another process, whose work can wait at points, and which can end or stop itself. */
export class InstanceProcess implements AsyncDisposable {
  readonly label: string;
  /** Resolves once it has ended. */
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #reached: Reached[] = [];
  #orders = 0;

  private constructor(child: ChildProcess, label: string) {
    this.#child = child;
    this.label = label;
    this.exited = once(child, "exit");
    // The program sends nothing else.
    child.on("message", (message: Answer | Reached) => {
      if ("point" in message) this.#reached.push(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  static async start(
    label: string,
    options: InstanceOptions,
    env: Readonly<Record<string, string>> = {},
  ): Promise<InstanceProcess> {
    const child = fork(PROGRAM, {
      serialization: "advanced",
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "", ...env },
    });
    const started = new InstanceProcess(child, label);
    await started.#ask({ do: "open", options: { name: label.replaceAll(" ", "_"), ...options }, label });
    return started;
  }

  /** From now on work on this row waits at each of these points, once. */
  hold(key: string, ...at: readonly Point[]): Promise<unknown> {
    return this.#ask({ do: "hold", key, at });
  }

  /** Resolves once work on this row waits at this point. */
  async reached(point: Point, key: string): Promise<void> {
    await eventually(() => this.#reached.some((reached) => reached.point === point && reached.key === key));
  }

  /** Work on this row goes on. */
  goOn(key: string): Promise<unknown> {
    return this.#ask({ do: "goOn", key });
  }

  /** It kills itself by SIGKILL. */
  async die(): Promise<void> {
    await this.#ask({ do: "die" });
    await this.exited;
  }

  /** It stops itself by SIGSTOP; resolves as the order is sent. When it wakes, all that waits goes on before anything else. */
  stop(): void {
    void this.#ask({ do: "stop" });
  }

  /** SIGCONT. */
  resume(): void {
    if (this.#child.pid !== undefined) signal(this.#child.pid, "SIGCONT");
  }

  async read(key: string): Promise<Seen | undefined> {
    return (await this.#ask({ do: "read", key })).seen;
  }

  /** Undefined when the process has ended before it could tell. */
  async put(keys: readonly string[], mark: string, options: WriteOptions = {}): Promise<Written | undefined> {
    return (await this.#ask({ do: "put", keys, mark, options })).written;
  }

  watch(key: string): Promise<unknown> {
    return this.#ask({ do: "watch", key });
  }

  async unwatch(key: string): Promise<{ operations: readonly Operation[]; faults: readonly string[] }> {
    const { operations = [], faults = [] } = await this.#ask({ do: "unwatch", key });
    return { operations, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await this.exited;
  }

  async #ask(order: Order): Promise<Answer> {
    this.#orders += 1;
    const id = this.#orders;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, order });
    const answer = await Promise.race([answered, this.exited.then((): Answer => ({ id }))]);
    this.#waiting.delete(id);
    if (answer.error !== undefined) throw new Error(`${this.label}: ${answer.error}`);
    return answer;
  }
}
