import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "@skyport/deadline";

/** One chore, by a name for the logs. */
export interface MaintenanceTask {
  readonly name: string;
  run(deadline: Deadline): Promise<unknown>;
}

/** Times are milliseconds. */
export interface MaintenanceOptions {
  readonly tasks: readonly MaintenanceTask[];
  /** Pause between two rounds, give or take a tenth, so that instances spread out. Default 60,000. */
  readonly everyMs?: number;
  /** What each task may take. Default 10,000. */
  readonly timeoutMs?: number;
  /** Told of each failure; the task is tried again in the next round. */
  readonly onError: (task: string, error: unknown) => void;
}

/** Runs chores in the background, one after the other, until it is closed. */
export class Maintenance implements AsyncDisposable {
  readonly #options: MaintenanceOptions;
  readonly #closing = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  /**
   * Runs every task once, then goes on in the background.
   *
   * @throws what the first failing task threw: a service that cannot do its upkeep does not start.
   */
  async start(): Promise<void> {
    for (const task of this.#options.tasks) await task.run(this.#deadline());
    this.#loop ??= this.#run();
  }

  #deadline(): Deadline {
    return Deadline.after(this.#options.timeoutMs ?? 10_000);
  }

  async #run(): Promise<void> {
    const { tasks, everyMs = 60_000, onError } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await sleep(everyMs * (0.9 + Math.random() / 5), undefined, { signal, ref: false }).catch(() => undefined);
      for (const task of tasks) {
        if (signal.aborted) return;
        await task.run(this.#deadline()).catch((error: unknown) => onError(task.name, error));
      }
    }
  }

  /** Stops after the task that is running. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
