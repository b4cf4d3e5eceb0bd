import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startPostgres, startRedis, type TestPostgres, type TestRedis } from "@skyport/testing";
import { Instance } from "./instance.ts";
import { PostgresAdmin } from "./postgres-admin.ts";

export interface TopologyOptions {
  /** How many product-svc run. */
  readonly instances: number;
  /** The project's root. */
  readonly root: string;
  /** Where the logs of the services go. */
  readonly folder: string;
}

const DATABASE = "product";
const READY_MS = 30_000;

/** Values may be evicted, intents never: as docs/cache.md asks of a Redis server. */
const REDIS_FLAGS = ["--maxmemory-policy", "volatile-lru"];

/** Real servers and real services, all of them this run's own, so that each may be broken. */
export class Topology implements AsyncDisposable {
  readonly postgres: TestPostgres;
  readonly admin: PostgresAdmin;
  readonly instances: readonly Instance[];
  #redis: TestRedis;

  private constructor(postgres: TestPostgres, admin: PostgresAdmin, redis: TestRedis, instances: readonly Instance[]) {
    this.postgres = postgres;
    this.admin = admin;
    this.#redis = redis;
    this.instances = instances;
  }

  /** Starts everything, migrations included, and waits until each service takes traffic. */
  static async start({ instances: count, root, folder }: TopologyOptions): Promise<Topology> {
    await using opened = new AsyncDisposableStack();
    await mkdir(folder, { recursive: true });
    const settings = { shared_preload_libraries: "pg_stat_statements" };
    const [postgres, redis] = await Promise.all([startPostgres({ settings }), startRedis({ flags: REDIS_FLAGS })]);
    opened.use(postgres);
    opened.use(redis);
    const databaseUrl = await postgres.createDatabase({ name: DATABASE });
    const admin = opened.use(await PostgresAdmin.open(databaseUrl));
    const starting = Array.from({ length: count }, async (_, index) => {
      const name = `product-svc-${index + 1}`;
      const options = { name, root, postgres, databaseUrl, redis, logFile: join(folder, `${name}.log`) };
      return opened.use(await Instance.start(options));
    });
    const instances = await Promise.all(starting);
    const topology = new Topology(postgres, admin, redis, instances);
    await topology.ready();
    opened.move();
    return topology;
  }

  /** The Redis that the services are meant to use. */
  get redis(): TestRedis {
    return this.#redis;
  }

  /** Another Redis of the same settings, for the fault that needs a second one. */
  startRedis(): Promise<TestRedis> {
    return startRedis({ flags: REDIS_FLAGS });
  }

  /** Makes another server the one in use, for the instances named; the former one is the caller's to stop. */
  useRedis(redis: TestRedis, instances: readonly Instance[] = this.instances): void {
    this.#redis = redis;
    for (const instance of instances) instance.reroute(redis);
  }

  /** Resolves once every service takes traffic. */
  async ready(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.process.ready(READY_MS)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance[Symbol.asyncDispose]()));
    await this.admin[Symbol.asyncDispose]();
    await this.#redis.stop();
    await this.postgres.stop();
  }
}
