import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Load, Seen } from "./load.ts";

/** The clients of order-svc, in a thread of their own: their work delays no service of this process. */
export class Clients implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(url: string) {
    this.#worker = new Worker(new URL("./clients-worker.ts", import.meta.url), { workerData: { url } });
  }

  /** Resolves when every order has its answer. */
  async run(load: Load): Promise<Seen> {
    this.#worker.postMessage(load);
    const [seen]: Seen[] = await once(this.#worker, "message");
    if (seen === undefined) throw new Error("the clients have seen nothing");
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
