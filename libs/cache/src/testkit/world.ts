import { Deadline } from "@skyport/deadline";
import { Cache } from "../cache.ts";
import type { MakeStore, StoreHarness } from "../conformance/harness.ts";
import type { CacheOptions } from "../options.ts";
import type { CacheCounter } from "../telemetry.ts";
import type { CachedEntity, Versioned, Writer } from "../types.ts";
import { GatedStore } from "./gated-store.ts";
import { Register, type RegisterTx, type Row } from "./register.ts";

/** A cache over one store and one model database, with a stop at every point between them. */
export class World implements AsyncDisposable {
  readonly register = new Register();
  readonly harness: StoreHarness;
  readonly store: GatedStore;
  readonly cache: Cache;
  readonly rows: CachedEntity<Row>;
  readonly writer: Writer<RegisterTx>;
  readonly counts = new Map<CacheCounter, number>();

  private constructor(harness: StoreHarness, options: Partial<CacheOptions>) {
    this.harness = harness;
    this.store = new GatedStore(harness.store);
    const count = (counter: CacheCounter, by: number) => this.counts.set(counter, (this.counts.get(counter) ?? 0) + by);
    this.cache = new Cache(this.store, { schemaVersion: 1, metrics: { count, breaker: () => undefined }, ...options });
    this.rows = this.cache.entity(this.register.entity());
    this.writer = this.cache.writer(this.register);
  }

  static async make(make: MakeStore, options: Partial<CacheOptions> = {}): Promise<World> {
    return new World(await make({ leaseMs: options.leaseMs ?? 10_000, quarantineMs: 0 }), options);
  }

  get deadline(): Deadline {
    return Deadline.after(10_000);
  }

  /** The number in the row, as the cache tells it. */
  async read(id = "a"): Promise<number | undefined> {
    return (await this.rows.get(id, this.deadline))?.n;
  }

  /** A write that changes one row and offers it. */
  write(n: number, id = "a"): Promise<Versioned<Row>> {
    return this.writer.write(this.deadline, async (tx, intents) => {
      await intents.take(this.rows.key(id));
      const row = tx.put(id, n);
      intents.offer(this.rows, id, row);
      return row;
    });
  }

  count(counter: CacheCounter): number {
    return this.counts.get(counter) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cache.close();
    await this.harness[Symbol.asyncDispose]();
  }
}
