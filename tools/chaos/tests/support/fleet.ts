import { Arena } from "../../src/compare/arena.ts";
import type { DesignDescription, DesignName } from "../../src/designs/description.ts";
import { Workers } from "../../src/worker/workers.ts";

/** Real servers, and processes that drive one design after the other: starting a process costs more than a test. */
export class Fleet implements AsyncDisposable {
  readonly #arena: Arena;
  readonly #count: number;
  readonly #seed: number;
  #workers: Workers | undefined;

  private constructor(arena: Arena, count: number, seed: number) {
    this.#arena = arena;
    this.#count = count;
    this.#seed = seed;
  }

  static async open(count: number, seed: number): Promise<Fleet> {
    return new Fleet(await Arena.open(), count, seed);
  }

  /** An empty database and an empty Redis for the design. */
  describe(design: DesignName): Promise<DesignDescription> {
    // Nothing can be under way that an earlier life of this Redis knew of.
    return this.#arena.describe(design, { quarantineMs: 0 });
  }

  async drive(subject: DesignDescription): Promise<Workers> {
    if (this.#workers === undefined) {
      this.#workers = await Workers.start({ count: this.#count, subject, seed: this.#seed });
    } else await this.#workers.drive(subject);
    return this.#workers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers?.close();
    await this.#arena[Symbol.asyncDispose]();
  }
}
