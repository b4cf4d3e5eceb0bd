import { type CachedEntity, createCache, createWriter, type Writer } from "@skyport/cache";
import type { Transaction } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import type { Subject, WriteResult } from "../subject.ts";
import { putRow, type Row, removeRow, seenOf } from "./rows.ts";
import type { DesignTools } from "./tools.ts";
import { resultOf } from "./write-result.ts";

/**
 * Redis fails in no round, but has to share the processor with all the others: a pause of it must not refuse writes. The
 * service fails faster than that.
 */
const PATIENCE = { callTimeoutMs: 2_000, connectTimeoutMs: 5_000 } as const;

/** What product-svc does: reads through the cache, writes between intent and release, absences cached as well. */
export async function skyport(tools: DesignTools): Promise<Subject> {
  const { rows, counts, description } = tools;
  const { redisUrl, quarantineMs } = description;
  const cache = await createCache({
    store: { redisUrl, ...PATIENCE },
    databaseIdentity: () => rows.database.identity(Deadline.after(PATIENCE.connectTimeoutMs / 2)),
    schemaVersion: 1,
    ...(quarantineMs === undefined ? {} : { quarantineMs }),
    metrics: {
      count: (counter, by) => {
        // Every load is counted where it is made.
        if (counter !== "load") counts.add(counter, by);
      },
      breaker: () => undefined,
    },
  });
  const entity = cache.entity<Row>({
    name: "row",
    ttlMs: 3_600_000,
    encode: ({ version, mark }) => Buffer.from(`${version} ${mark}`),
    decode: (bytes) => {
      const [version = "", mark = ""] = Buffer.from(bytes).toString().split(" ");
      return { version: BigInt(version), mark };
    },
    load: async (keys, deadline) => {
      const found = await rows.load(keys, deadline);
      return new Map([...found].map(([key, row]) => [key, { version: row.version, value: row }]));
    },
  });
  return new SkyportSubject(tools, entity, createWriter(cache, rows), async () => {
    await cache.close();
    await rows[Symbol.asyncDispose]();
  });
}

class SkyportSubject implements Subject {
  readonly #tools: DesignTools;
  readonly #entity: CachedEntity<Row>;
  readonly #writer: Writer<Transaction>;
  readonly #close: () => Promise<void>;

  constructor(tools: DesignTools, entity: CachedEntity<Row>, writer: Writer<Transaction>, close: () => Promise<void>) {
    this.#tools = tools;
    this.#entity = entity;
    this.#writer = writer;
    this.#close = close;
  }

  async read(key: string): Promise<Seen> {
    return seenOf(await this.#entity.get(key, this.#deadline()));
  }

  async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
    const found = await this.#entity.getMany(keys, this.#deadline());
    return new Map(keys.map((key) => [key, seenOf(found.get(key))]));
  }

  put(key: string, mark: string): Promise<WriteResult> {
    return resultOf(() =>
      this.#writer.write(this.#deadline(), async (tx, intents): Promise<WriteResult> => {
        await intents.take(this.#entity.key(key));
        const row = await putRow(tx, key, mark);
        intents.offer(this.#entity, key, { version: row.version, value: row });
        return { outcome: "acknowledged", version: row.version };
      }),
    );
  }

  remove(key: string, version: bigint): Promise<WriteResult> {
    return resultOf(() =>
      this.#writer.write(this.#deadline(), async (tx, intents): Promise<WriteResult> => {
        await intents.take(this.#entity.key(key));
        if (!(await removeRow(tx, key, version))) return { outcome: "missed" };
        intents.offerAbsent(this.#entity, key);
        return { outcome: "acknowledged" };
      }),
    );
  }

  counts(): Readonly<Record<string, number>> {
    return this.#tools.counts.all;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  #deadline(): Deadline {
    return Deadline.after(this.#tools.deadlineMs);
  }
}
