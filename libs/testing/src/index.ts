export { type EventuallyOptions, eventually } from "./eventually.ts";
export { freePort } from "./free-port.ts";
export { release } from "./guard.ts";
export { type CutMode, createLink, type Direction, type Link, type LinkOptions } from "./link/link.ts";
export { canReach, serverAccount } from "./postgres/account.ts";
export { ROOT_STATE_DIR } from "./postgres/binaries.ts";
export { type ClusterOptions, createCluster, postgresMajor, postgresUrl } from "./postgres/cluster.ts";
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
export { type SharedPostgres, sharedPostgres } from "./postgres/shared/shared.ts";
export {
  childrenOf,
  commandOf,
  endProcess,
  isAlive,
  isGone,
  parentOf,
  processIdentity,
  runsIn,
  signal,
} from "./processes.ts";
export {
  RedisNotFound,
  type RedisOptions,
  redisAvailable,
  type SharedRedis,
  sharedRedis,
  startRedis,
  type TestRedis,
} from "./redis/server.ts";
export { seed } from "./seed.ts";
