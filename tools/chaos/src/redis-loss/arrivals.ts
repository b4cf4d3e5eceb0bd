import { setTimeout as sleep } from "node:timers/promises";
import type { Sample } from "./samples.ts";

/** How a call failed. */
export type Failed = { readonly failure: string };

/**
 * Calls at a fixed rate, whatever becomes of the ones before: callers who come do not know that others wait. Each is
 * measured from the moment at which it was due, so that a pause of this process counts too.
 */
export class Arrivals {
  readonly samples: Sample[] = [];
  readonly #intervalMs: number;
  readonly #call: () => Promise<Failed | undefined>;
  readonly #pending = new Set<Promise<void>>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(perSecond: number, call: () => Promise<Failed | undefined>) {
    this.#intervalMs = 1_000 / perSecond;
    this.#call = call;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#pending);
  }

  async #run(): Promise<void> {
    let due = performance.now();
    while (!this.#stopped) {
      for (; due <= performance.now(); due += this.#intervalMs) {
        const one = this.#one(due);
        this.#pending.add(one);
        void one.then(() => this.#pending.delete(one));
      }
      await sleep(Math.max(1, due - performance.now()));
    }
  }

  async #one(at: number): Promise<void> {
    const failed = await this.#call();
    this.samples.push({ at, tookMs: performance.now() - at, failure: failed?.failure });
  }
}
