import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Random } from "./random.ts";

/**
 * Where a subject of this process lets others overtake it, and where it can be killed: `loaded`, rows were read from the
 * database and nothing was done with them yet; `changed`, in the transaction, before COMMIT; `committed`, after COMMIT
 * was answered, before the cache hears of it.
 */
export type Point = "loaded" | "changed" | "committed";

/** Random pauses at named points, and an end there by SIGKILL. */
export class Points {
  readonly #random: Random;
  #deadly: Point | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The process ends by SIGKILL when it next comes to the point. */
  killAt(point: Point): void {
    this.#deadly = point;
  }

  /** Mostly nothing, sometimes a turn of the event loop, sometimes a few milliseconds: enough for others to pass. */
  async reach(point: Point): Promise<void> {
    if (point === this.#deadly) await killed();
    const roll = this.#random.next();
    if (roll < 0.6) return;
    if (roll < 0.85) await turn();
    else await sleep(this.#random.next() * 4);
  }
}

/** Never returns: the signal cannot be caught, but it may take the kernel a moment. */
function killed(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}
