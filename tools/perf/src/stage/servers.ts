import { dirname, join } from "node:path";
import { RedisNotFound, startPostgres, startRedis, type TestPostgres, type TestRedis } from "@skyport/testing";
import { type Cores, pin, pinAlone } from "./cores.ts";

/** The servers that everything in one run shares. */
export interface Servers extends AsyncDisposable {
  readonly postgres: TestPostgres;
  /** PostgreSQL's own log, which tells statements when it is asked to. */
  readonly postgresLog: string;
  /** Undefined: this machine has no Redis, and services cache in their own process. */
  readonly redis: TestRedis | undefined;
  readonly cores: Cores;
  /**
   * Gives the system and this process, which makes the load, their cores. Everything that is slow and is not measured, such
   * as filling databases, comes before.
   */
  pin(): Promise<void>;
  /** Lets the servers and this process run on every core again. */
  unpin(): Promise<void>;
}

/** What begins each message in PostgreSQL's log: the database, so that others' statements are told apart. */
export const LOG_PREFIX = "@@%d@@ ";

/**
 * Commits wait for the disk as they do in production. No checkpoint falls into a measurement, and indices of millions of
 * rows are built in memory; everything else is PostgreSQL's default.
 */
const SETTINGS = {
  log_line_prefix: LOG_PREFIX,
  log_checkpoints: "off",
  max_wal_size: "8GB",
  checkpoint_timeout: "1h",
  maintenance_work_mem: "256MB",
};

/** Values may be evicted, intents never: as docs/cache.md asks of a Redis server. */
const REDIS_FLAGS = ["--maxmemory-policy", "volatile-lru"];

async function redisIfAny(isWanted: boolean): Promise<TestRedis | undefined> {
  if (!isWanted) return undefined;
  try {
    return await startRedis({ flags: REDIS_FLAGS });
  } catch (error) {
    if (error instanceof RedisNotFound) return undefined;
    throw error;
  }
}

/** Starts PostgreSQL and, unless `redis` is false, the Redis that this machine has. They end with the run. */
export async function startServers(cores: Cores, redis = true): Promise<Servers> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startPostgres({ fsync: true, maxConnections: 400, settings: SETTINGS }));
  const cache = await redisIfAny(redis);
  if (cache !== undefined) opened.use(cache);
  const resources = opened.move();
  return {
    postgres,
    postgresLog: join(dirname(postgres.dataDir), "server.log"),
    redis: cache,
    cores,
    async pin() {
      await pin(postgres.pid, cores.system);
      if (cache !== undefined) await pin(cache.pid, cores.system);
      await pinAlone(process.pid, cores.load);
    },
    async unpin() {
      await pin(postgres.pid, cores.all);
      if (cache !== undefined) await pin(cache.pid, cores.all);
      await pinAlone(process.pid, cores.all);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
