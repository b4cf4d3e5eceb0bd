import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError, type Logger } from "@skyport/rpc";
import { RestartDelay } from "./restart-delay.ts";
import { type Ending, WorkerProcess } from "./worker-process.ts";

/** Thrown when the first worker cannot start: it has told why on its standard error. */
class CannotStart extends Error {
  override readonly name = "CannotStart";
}

/**
 * Runs a service in several processes that listen on one port (`reusePort`: the system spreads connections over them).
 * The first one starts alone: it migrates, and finds what is wrong with the configuration; then come the others. A
 * worker that ends is replaced. When the supervisor closes or dies, however it dies, its workers finish their calls and
 * end.
 */
export class Supervisor {
  readonly #count: number;
  readonly #logger: Logger;
  readonly #workers = new Map<number, WorkerProcess>();
  readonly #ends = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(count: number, logger: Logger) {
    this.#count = count;
    this.#logger = logger;
  }

  /** Resolves when every worker listens. Throws when the first one ends instead. */
  async listen(): Promise<void> {
    // A second signal ends this process at once: so does it the workers.
    process.once("exit", () => this.#kill());
    await this.#first();
    const others = Array.from({ length: this.#count - 1 }, (_, index) => this.#keep(index + 2));
    await Promise.race([Promise.all(others), once(this.#closing.signal, "abort")]);
    this.#logger.info({ workers: this.#count, pids: this.pids }, "all workers listen");
  }

  /** The processes that run, by the workers' numbers. */
  get pids(): readonly number[] {
    return [...this.#workers.entries()].sort(([a], [b]) => a - b).flatMap(([, worker]) => worker.pid ?? []);
  }

  /** Lets the workers finish their calls; resolves when all have ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const worker of this.#workers.values()) worker.dismiss();
    await Promise.all(this.#ends);
  }

  async #first(): Promise<void> {
    const worker = new WorkerProcess(1);
    this.#workers.set(1, worker);
    const failed = worker.ended.then((ending) => {
      if (!this.#closing.signal.aborted) throw new CannotStart(`the first worker has ended: ${ending}`);
    });
    try {
      await Promise.race([worker.listening, failed]);
    } catch (error) {
      this.#workers.delete(1);
      throw error instanceof CannotStart ? new ConfigError(["the service cannot start"], { cause: error }) : error;
    }
    failed.catch(() => undefined);
    this.#replaceAfter(1, worker);
  }

  /** Starts a worker, and another one when it ends. Resolves when it, or one that came after it, listens. */
  #keep(number: number, delay = new RestartDelay()): Promise<void> {
    const worker = new WorkerProcess(number);
    this.#workers.set(number, worker);
    return Promise.race([worker.listening, this.#replaceAfter(number, worker, delay)]);
  }

  #replaceAfter(number: number, worker: WorkerProcess, delay = new RestartDelay()): Promise<void> {
    const replaced = Promise.withResolvers<void>();
    const end = worker.ended.then(async (ending: Ending) => {
      this.#workers.delete(number);
      if (this.#closing.signal.aborted) return;
      const pause = delay.after(performance.now() - worker.startedAt);
      this.#logger.error({ worker: number, ending, restartInMs: pause }, "a worker has ended");
      // Cut short by the end of all: then nobody is started again.
      await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (!this.#closing.signal.aborted) replaced.resolve(this.#keep(number, delay));
    });
    this.#ends.add(end);
    end.finally(() => this.#ends.delete(end));
    return replaced.promise;
  }

  #kill(): void {
    for (const worker of this.#workers.values()) worker.kill();
  }
}
