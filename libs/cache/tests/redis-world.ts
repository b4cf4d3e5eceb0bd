import { createClient } from "@redis/client";
import { Deadline } from "@skyport/deadline";
import { type Cache, createCache, createWriter } from "../src/cache.ts";
import type { CacheOptions } from "../src/options.ts";
import type { BreakerState, CacheCounter } from "../src/telemetry.ts";
import { Register, type RegisterTx, type Row } from "../src/testkit/register.ts";
import type { CachedEntity, Writer } from "../src/types.ts";

/** One instance of a service: a cache over Redis, made as services make it, and a model database. */
export class RedisWorld implements AsyncDisposable {
  readonly cache: Cache;
  readonly register: Register;
  readonly rows: CachedEntity<Row>;
  readonly writer: Writer<RegisterTx>;
  readonly counts: Map<CacheCounter, number>;
  readonly breaker: BreakerState[];
  readonly warnings: string[];

  private constructor(cache: Cache, register: Register, seen: Pick<RedisWorld, "counts" | "breaker" | "warnings">) {
    this.cache = cache;
    this.register = register;
    this.counts = seen.counts;
    this.breaker = seen.breaker;
    this.warnings = seen.warnings;
    this.rows = cache.entity(register.entity());
    this.writer = createWriter(cache, register);
  }

  static async make(
    redisUrl: string,
    options: Partial<CacheOptions> & { readonly register?: Register; readonly callTimeoutMs?: number } = {},
  ): Promise<RedisWorld> {
    const counts = new Map<CacheCounter, number>();
    const breaker: BreakerState[] = [];
    const warnings: string[] = [];
    const { register = new Register(), callTimeoutMs = 1_000, ...rest } = options;
    const cache = await createCache({
      store: { redisUrl, callTimeoutMs, connectTimeoutMs: 2_000 },
      databaseIdentity: async () => "system:1:1",
      schemaVersion: 1,
      quarantineMs: 0,
      metrics: {
        count: (counter, by) => counts.set(counter, (counts.get(counter) ?? 0) + by),
        breaker: (state) => breaker.push(state),
      },
      logger: {
        info: () => undefined,
        warn: (_fields, message) => warnings.push(message),
        error: (_fields, message) => warnings.push(message),
      },
      ...rest,
    });
    return new RedisWorld(cache, register, { counts, breaker, warnings });
  }

  get deadline(): Deadline {
    return Deadline.after(5_000);
  }

  async read(id = "a"): Promise<number | undefined> {
    return (await this.rows.get(id, this.deadline))?.n;
  }

  async write(n: number, id = "a", deadline = this.deadline): Promise<void> {
    await this.writer.write(deadline, async (tx, intents) => {
      await intents.take(this.rows.key(id));
      intents.offer(this.rows, id, tx.put(id, n));
    });
  }

  count(counter: CacheCounter): number {
    return this.counts.get(counter) ?? 0;
  }

  /** Resolves to true when a read is a hit now. */
  async hits(id = "a"): Promise<boolean> {
    const before = this.count("hit");
    await this.read(id);
    return this.count("hit") > before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cache.close();
  }
}

const makeClient = (url: string) => createClient({ url, socket: { reconnectStrategy: false } });

/** Commands past the cache. */
export class Admin implements Disposable {
  readonly #client: ReturnType<typeof makeClient>;

  private constructor(client: ReturnType<typeof makeClient>) {
    this.#client = client;
  }

  static async connect(url: string): Promise<Admin> {
    const client = makeClient(url);
    client.on("error", () => undefined);
    await client.connect();
    return new Admin(client);
  }

  run(...args: string[]): Promise<unknown> {
    return this.#client.sendCommand(args);
  }

  /** The full keys of entries whose name ends so. */
  async keys(name: string): Promise<readonly string[]> {
    const keys = await this.#client.keys(`skyport:*:${name}`);
    return keys.map(String);
  }

  /** What the guards of namespaces hold: `<since>|<timeline>`. */
  async guards(): Promise<readonly string[]> {
    const keys = await this.#client.keys("skyport:guard:*");
    return Promise.all(keys.map(async (key) => String(await this.run("GET", String(key)))));
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }
}
