import type { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import type { EntityOptions, Versioned } from "../src/types.ts";
import type { ToldOutcome, Transactor } from "../src/write/transactor.ts";

export interface SlowTx {
  /** Gives the row its next version. Waits for its lock, which the transaction keeps to its end. */
  put(id: string, mark: string): Promise<Versioned<string>>;
}

/** A model of a primary database with row locks, whose every step takes a random time. */
export class SlowRegister implements Transactor<SlowTx> {
  readonly #rows = new Map<string, Versioned<string>>();
  readonly #locks = new Map<string, Promise<void>>();
  readonly #pause: () => Promise<void>;
  #revision = 0n;

  readonly identity: string;

  constructor(ids: readonly string[], pause: () => Promise<void>, identity: string) {
    this.#pause = pause;
    this.identity = identity;
    for (const id of ids) this.#rows.set(id, { version: 0n, value: id });
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, Versioned<string>>> {
    await this.#pause();
    const snapshot = new Map([...this.#rows].filter(([id]) => ids.includes(id)));
    await this.#pause();
    return snapshot;
  }

  async transaction<R>(
    options: { readonly deadline: Deadline; readonly onOutcome: (outcome: ToldOutcome) => Promise<void> },
    body: (tx: SlowTx) => Promise<R>,
  ): Promise<R> {
    const changes = new Map<string, Versioned<string>>();
    const unlocks: (() => void)[] = [];
    const put = async (id: string, mark: string): Promise<Versioned<string>> => {
      await this.#pause();
      if (!changes.has(id)) unlocks.push(await this.#lock(id));
      this.#revision += 1n;
      const row = { version: this.#revision, value: mark };
      changes.set(id, row);
      await this.#pause();
      return row;
    };
    try {
      await this.#pause();
      const result = await body({ put });
      await this.#pause();
      for (const [id, row] of changes) this.#rows.set(id, row);
      for (const unlock of unlocks.splice(0)) unlock();
      await this.#pause();
      await options.onOutcome("committed");
      return result;
    } catch (error) {
      for (const unlock of unlocks) unlock();
      await options.onOutcome("rolled_back");
      throw error;
    }
  }

  entity(): EntityOptions<Seen> {
    return {
      name: "row",
      ttlMs: 60_000,
      encode,
      decode,
      load: async (ids) =>
        new Map(
          [...(await this.load(ids))].map(([id, { version, value: mark }]) => [
            id,
            { version, value: { version, mark } },
          ]),
        ),
    };
  }

  async #lock(id: string): Promise<() => void> {
    for (let held = this.#locks.get(id); held !== undefined; held = this.#locks.get(id)) await held;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#locks.set(id, promise);
    return () => {
      this.#locks.delete(id);
      resolve();
    };
  }
}

export function encode({ version, mark }: Seen): Uint8Array {
  return Buffer.from(`${version} ${mark}`);
}

export function decode(bytes: Uint8Array): Seen {
  const [version = "", mark] = Buffer.from(bytes).toString().split(" ");
  return { version: BigInt(version), mark };
}
