import {
  createLink,
  eventually,
  type Link,
  type SharedPostgres,
  startRedis,
  startSentinel,
  type TestRedis,
  type TestSentinel,
} from "@skyport/testing";
import { Entries } from "./entries.ts";
import { Instance, type InstanceOptions } from "./instance.ts";
import { Recorder } from "./recorder.ts";
import { createTable } from "./table.ts";

/** A primary and its replica, instances that use them, and a database. */
export class Pair implements AsyncDisposable {
  readonly primary: TestRedis;
  /** From the replica to the primary. */
  readonly replication: Link;
  readonly replica: TestRedis;
  /** Where clients find the primary, whichever server that is. */
  readonly address: Link;
  readonly #owned: AsyncDisposableStack;
  readonly #databaseUrl: string;

  private constructor(servers: Pick<Pair, "primary" | "replication" | "replica" | "address">, rest: Rest) {
    this.primary = servers.primary;
    this.replication = servers.replication;
    this.replica = servers.replica;
    this.address = servers.address;
    this.#owned = rest.owned;
    this.#databaseUrl = rest.databaseUrl;
  }

  /** Resolves once the replica has all that the primary has. */
  static async start(postgres: SharedPostgres, flags: readonly string[] = []): Promise<Pair> {
    await using owned = new AsyncDisposableStack();
    const databaseUrl = await postgres.createDatabase();
    await createTable(databaseUrl);
    const primary = owned.use(await startRedis({ flags }));
    const replication = owned.use(await createLink({ port: primary.port }));
    const replica = owned.use(await startRedis({ replicaOf: replication.port }));
    const address = owned.use(await createLink({ port: primary.port }));
    await inStep(primary);
    return new Pair({ primary, replication, replica, address }, { owned: owned.move(), databaseUrl });
  }

  /** An instance that finds Redis at the common address, unless the options say otherwise. */
  async open(label: string, options: Partial<InstanceOptions> = {}): Promise<Recorder> {
    const addresses = { redisUrl: this.address.through(this.primary.url), databaseUrl: this.#databaseUrl };
    return new Recorder(label, this.#owned.use(await Instance.open({ ...addresses, ...options })));
  }

  /** Sentinels of the primary, which they reach through a link of their own. */
  async watch(count: number, downAfterMs: number): Promise<{ link: Link; sentinels: readonly TestSentinel[] }> {
    const link = this.#owned.use(await createLink({ port: this.primary.port }));
    const quorum = Math.floor(count / 2) + 1;
    const start = () => startSentinel({ primary: link.port, quorum, downAfterMs });
    const sentinels = await Promise.all(Array.from({ length: count }, start));
    for (const sentinel of sentinels) this.#owned.use(sentinel);
    return { link, sentinels };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

interface Rest {
  readonly owned: AsyncDisposableStack;
  readonly databaseUrl: string;
}

/** Resolves once a replica of this server has all that it has. */
export async function inStep(primary: TestRedis): Promise<void> {
  await eventually(async () => {
    const info = String(await primary.command("INFO", "replication"));
    const offset = /master_repl_offset:(\d+)/.exec(info)?.[1];
    return info.includes(`state=online,offset=${offset},`);
  });
}

/** The entries of a row that a server holds, in all namespaces. */
export async function entriesOf(redis: TestRedis, key: string): Promise<readonly string[]> {
  const keys = await new Entries(redis).keys(key);
  return Promise.all(keys.map(async (name) => String(await redis.command("GET", name))));
}
