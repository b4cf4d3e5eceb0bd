import { setTimeout as sleep } from "node:timers/promises";
import { Endpoint } from "./endpoint.ts";
import type { Topology } from "./topology.ts";

const CALL_MS = 2_000;
const PAUSE_MS = 25;

/**
 * Tells from outside whether the cache serves hits. A row is changed behind the services' backs: an answer that does
 * not show the change was not read from the database. Its rows are its own, and no part of any history.
 */
export class HitProbe implements Disposable {
  readonly #topology: Topology;
  readonly #endpoints: readonly Endpoint[];
  #planted = 0;

  private constructor(topology: Topology) {
    this.#topology = topology;
    this.#endpoints = topology.instances.map(({ url }) => new Endpoint(url));
  }

  static async create(topology: Topology): Promise<HitProbe> {
    const probe = new HitProbe(topology);
    for (const [index, endpoint] of probe.#endpoints.entries()) {
      await endpoint.call(CALL_MS, (products, options) =>
        products.createProduct({ product: { id: rowOf(index), title: "new" } }, options),
      );
    }
    return probe;
  }

  /**
   * Resolves when each instance has served a hit: milliseconds from now.
   *
   * @throws Error when one has not within `withinMs`
   */
  async regained(withinMs: number): Promise<number> {
    const start = performance.now();
    const each = this.#endpoints.map(async (endpoint, index) => {
      for (;;) {
        const found = await this.#isHit(endpoint, rowOf(index)).catch((error: unknown) => error);
        if (found === true) return;
        if (performance.now() - start > withinMs) {
          const name = this.#topology.instances[index]?.name;
          const why = found === false ? "" : `; the last attempt failed`;
          throw new Error(`${name} serves no hits after ${withinMs} ms${why}`, { cause: found });
        }
        await sleep(PAUSE_MS);
      }
    });
    await Promise.all(each);
    return performance.now() - start;
  }

  async #isHit(endpoint: Endpoint, id: string): Promise<boolean> {
    this.#planted += 1;
    const title = `planted ${this.#planted}`;
    await this.#topology.admin.plant(id, title);
    const { product } = await endpoint.call(CALL_MS, (products, options) => products.getProduct({ id }, options));
    return product?.title !== title;
  }

  [Symbol.dispose](): void {
    for (const endpoint of this.#endpoints) endpoint[Symbol.dispose]();
  }
}

function rowOf(index: number): string {
  return `hit-probe-${index + 1}`;
}
