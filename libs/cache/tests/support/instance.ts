import { createDatabase, type Database, type Transaction } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { type Cache, createCache, createWriter } from "../../src/cache.ts";
import type { BreakerState, CacheCounter } from "../../src/telemetry.ts";
import type { CachedEntity, Intents, Writer } from "../../src/types.ts";
import type { ToldOutcome } from "../../src/write/transactor.ts";
import { type Marked, table } from "./table.ts";

/** Where work can be stopped: before rows are read; after INTENT, UPDATE (of each row), COMMIT and RELEASE. */
export type Point = "load" | "intent" | "update" | "commit" | "release";

export interface InstanceOptions {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** The name of its sessions in the database. */
  readonly name?: string;
  readonly callTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly intentTtlMs?: number;
  readonly transactionTimeoutMs?: number;
  readonly leaseMs?: number;
  readonly waitMs?: number;
  /** Default 0: the tests of one server all start in a namespace that nobody has written in. */
  readonly quarantineMs?: number;
  readonly settleTimeoutMs?: number;
  /** To the database. Default 8. */
  readonly maxConnections?: number;
}

/** Shorter than the library's defaults, and in the same relation to each other. */
export const TIMES = { transactionTimeoutMs: 1_800, intentTtlMs: 3_000, leaseMs: 600 } as const;

export interface WriteOptions {
  readonly deadlineMs?: number;
  /** Whether the new row is offered to the cache. Default true. */
  readonly offer?: boolean;
  /** The body throws once it has changed everything. */
  readonly fail?: boolean;
}

/** One instance of a service over a real PostgreSQL and a real Redis, both made as services make them. */
export class Instance implements AsyncDisposable {
  readonly database: Database;
  readonly cache: Cache;
  readonly rows: CachedEntity<Marked>;
  /** What work on a row awaits at each point. */
  at: (point: Point, id: string) => Promise<void> = async () => undefined;
  readonly breaker: BreakerState[] = [];
  /** What was logged as a warning or an error, with its fields. */
  readonly warnings: { readonly fields: object; readonly message: string }[] = [];
  readonly #counts: Map<CacheCounter, number>;
  readonly #loads = new Map<string, number>();

  private constructor(database: Database, cache: Cache, seen: SeenByInstance) {
    this.database = database;
    this.cache = cache;
    this.#counts = seen.counts;
    this.breaker = seen.breaker;
    this.warnings = seen.warnings;
    this.rows = cache.entity<Marked>({
      name: "row",
      ttlMs: 60_000,
      encode: ({ version, mark }) => Buffer.from(`${version} ${mark}`),
      decode: (bytes) => decode(Buffer.from(bytes).toString()),
      load: (ids, deadline) => this.#load(ids, deadline),
    });
  }

  static async open(options: InstanceOptions): Promise<Instance> {
    const { redisUrl, databaseUrl, name = "instance", callTimeoutMs = 1_000, connectTimeoutMs = 2_000 } = options;
    const { transactionTimeoutMs, intentTtlMs, leaseMs } = { ...TIMES, ...options };
    const { settleTimeoutMs = 60_000, quarantineMs = 0, waitMs = 50 } = options;
    const database = createDatabase({
      url: databaseUrl,
      applicationName: name,
      transactionTimeoutMs,
      settleTimeoutMs,
      minConnections: 1,
      maxConnections: options.maxConnections ?? 8,
    });
    const seen: SeenByInstance = { counts: new Map(), breaker: [], warnings: [] };
    const log = (fields: object, message: string): void => void seen.warnings.push({ fields, message });
    const cache = await createCache({
      store: { redisUrl, callTimeoutMs, connectTimeoutMs },
      databaseIdentity: () => database.identity(Deadline.after(connectTimeoutMs)),
      schemaVersion: 1,
      intentTtlMs,
      leaseMs,
      waitMs,
      quarantineMs,
      metrics: {
        count: (counter, by) => seen.counts.set(counter, (seen.counts.get(counter) ?? 0) + by),
        breaker: (state) => seen.breaker.push(state),
      },
      logger: { info: () => undefined, warn: log, error: log },
    });
    return new Instance(database, cache, seen);
  }

  async read(id: string, deadline = Deadline.after(5_000)): Promise<Seen> {
    return toSeen(await this.rows.get(id, deadline));
  }

  async readMany(ids: readonly string[], deadline = Deadline.after(5_000)): Promise<ReadonlyMap<string, Seen>> {
    const found = await this.rows.getMany(ids, deadline);
    return new Map(ids.map((id) => [id, toSeen(found.get(id))]));
  }

  /** Changes each row in one transaction, one after the other. Gives the last one's version. */
  write(ids: readonly string[], mark: string, options: WriteOptions = {}): Promise<bigint> {
    const { deadlineMs = 5_000, offer = true, fail = false } = options;
    return this.#writer(ids.at(-1)).write(Deadline.after(deadlineMs), async (tx, intents) => {
      let version = 0n;
      for (const id of ids) {
        await this.#take(intents, id);
        const row = await table.put(tx, id, mark);
        if (offer) intents.offer(this.rows, id, { version: row.version, value: row });
        version = row.version;
        await this.at("update", id);
      }
      if (fail) throw new Error("the body of the write fails");
      return version;
    });
  }

  remove(id: string, version: bigint): Promise<boolean> {
    return this.#writer(id).write(Deadline.after(5_000), async (tx, intents) => {
      await this.#take(intents, id);
      const removed = await table.remove(tx, id, version);
      if (removed) intents.offerAbsent(this.rows, id, version);
      return removed;
    });
  }

  reassure(id: string): Promise<void> {
    return this.#writer(id).reassure(Deadline.after(5_000), this.rows.key(id));
  }

  /** How often this instance has read the row from the database. */
  loads(id: string): number {
    return this.#loads.get(id) ?? 0;
  }

  /** Whether a read is answered by the cache now. To be asked while nothing else in this process reads the row. */
  async isCached(id: string): Promise<boolean> {
    const before = this.loads(id);
    await this.read(id);
    return this.loads(id) === before;
  }

  count(counter: CacheCounter): number {
    return this.#counts.get(counter) ?? 0;
  }

  async close(): Promise<void> {
    await this.cache.close();
    await this.database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #take(intents: Intents, id: string): Promise<void> {
    await intents.take(this.rows.key(id));
    await this.at("intent", id);
  }

  async #load(ids: readonly string[], deadline: Deadline) {
    for (const id of ids) {
      this.#loads.set(id, this.loads(id) + 1);
      await this.at("load", id);
    }
    const found = await this.database.read(deadline, (session) => table.load(session, ids));
    return new Map([...found].map(([id, row]) => [id, { version: row.version, value: row }]));
  }

  /** A writer that comes by the points around the outcome, in the name of this row. */
  #writer(id = ""): Writer<Transaction> {
    const outcome = async (told: ToldOutcome, release: (told: ToldOutcome) => Promise<void>): Promise<void> => {
      if (told === "committed") await this.at("commit", id);
      await release(told);
      if (told === "committed") await this.at("release", id);
    };
    return createWriter<Transaction>(this.cache, {
      transaction: ({ deadline, onOutcome }, body) =>
        this.database.transaction({ deadline, onOutcome: (told) => outcome(told, onOutcome) }, body),
    });
  }
}

interface SeenByInstance {
  readonly counts: Map<CacheCounter, number>;
  readonly breaker: BreakerState[];
  readonly warnings: { readonly fields: object; readonly message: string }[];
}

function decode(text: string): Marked {
  const [version = "", mark = ""] = text.split(" ");
  return { version: BigInt(version), mark };
}

function toSeen(row: Marked | undefined): Seen {
  return { version: row?.version, mark: row?.mark };
}
