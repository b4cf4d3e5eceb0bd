import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { type FullPlan, type LoadPlan, withDefaults } from "./plan.ts";
import { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";

/** Readers and writers over the keys of a plan, until they are told to stop. */
export class Load {
  readonly #recorder: Recorder;
  readonly #plan: FullPlan;
  readonly #loops: Promise<void>[];
  #stopping = false;

  /** Starts at once. The same seed makes the same choices, though not the same schedule. */
  constructor(recorder: Recorder, plan: LoadPlan, ...seed: readonly (number | string)[]) {
    this.#recorder = recorder;
    this.#plan = withDefaults(plan);
    const loops = (count: number, kind: string, once: (random: Random) => Promise<void>): Promise<void>[] =>
      Array.from({ length: count }, (_, index) => this.#loop(once, new Random(...seed, kind, index)));
    this.#loops = [
      ...loops(this.#plan.readers, "reader", (random) => this.#read(random)),
      ...loops(this.#plan.writers, "writer", (random) => this.#write(random)),
    ];
  }

  /** Starts nothing more, and waits for what runs, but not longer than this. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    const giveUp = new AbortController();
    const late = sleep(withinMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#loops), late]);
    giveUp.abort();
  }

  async #loop(once: (random: Random) => Promise<void>, random: Random): Promise<void> {
    while (!this.#stopping) {
      await once(random);
      // A read that is answered from this process's memory would never let messages and timers through.
      await turn();
    }
  }

  async #read(random: Random): Promise<void> {
    const { hotKeys, coldKeys, batchShare, batchSize, readPauseMs } = this.#plan;
    if (random.chance(batchShare)) {
      const hot = random.sample(hotKeys, 1 + random.below(batchSize));
      const cold = random.sample(coldKeys, batchSize - hot.length);
      await this.#recorder.readMany([...hot, ...cold]);
    } else await this.#recorder.read(this.#key(random));
    if (random.chance(0.35)) await sleep(random.next() * readPauseMs);
  }

  async #write(random: Random): Promise<void> {
    const { removeShare, writePauseMs } = this.#plan;
    const key = this.#key(random);
    const version = random.chance(removeShare) ? (await this.#recorder.read(key))?.version : undefined;
    if (version === undefined) await this.#recorder.put(key);
    else await this.#recorder.remove(key, version);
    if (writePauseMs > 0) await sleep(random.next() * writePauseMs);
  }

  #key(random: Random): string {
    const { hotKeys, coldKeys, hotShare } = this.#plan;
    return random.pick(coldKeys.length === 0 || random.chance(hotShare) ? hotKeys : coldKeys);
  }
}
