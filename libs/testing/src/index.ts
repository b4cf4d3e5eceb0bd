export { type EventuallyOptions, eventually } from "./eventually.ts";
export { freePort } from "./free-port.ts";
export { createCluster, postgresUrl } from "./postgres/cluster.ts";
export type { CreateDatabaseOptions, Template } from "./postgres/databases.ts";
export {
  endPostmaster,
  type Postmaster,
  type PostmasterOptions,
  runningPostmaster,
  type ShutdownMode,
  startPostmaster,
} from "./postgres/postmaster.ts";
export { type PostgresDatabases, type PostgresOptions, startPostgres, type TestPostgres } from "./postgres/server.ts";
export { RedisNotFound, type RedisOptions, redisAvailable, startRedis, type TestRedis } from "./redis/server.ts";
export { seed } from "./seed.ts";
