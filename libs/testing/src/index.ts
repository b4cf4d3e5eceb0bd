export { type EventuallyOptions, eventually } from "./eventually.ts";
export { freePort } from "./free-port.ts";
export { release } from "./guard.ts";
export { HistoryChecker, type HistoryCheckerOptions } from "./history/checker.ts";
export { monotonicMs } from "./history/clock.ts";
export { type HistoryFile, writeHistory } from "./history/history-file.ts";
export { JournalReader, readJournal } from "./history/journal-reader.ts";
export { JournalWriter, type OpenWrite } from "./history/journal-writer.ts";
export { minimise } from "./history/minimise.ts";
export type { Operation, ReadOperation, Seen, WriteOperation, WriteOutcome } from "./history/operation.ts";
export { render } from "./history/render.ts";
export type { Verdict, Violation, ViolationKind } from "./history/verdict.ts";
export { inTime } from "./in-time.ts";
export type { CutMode, LeftBehind } from "./link/connection.ts";
export { createLink, type Direction, type Link, type LinkOptions, type PointToOptions } from "./link/link.ts";
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
export { Reaper } from "./reaper.ts";
export { type RedisNeed, RedisNotFound, redisAvailable } from "./redis/availability.ts";
export type { RedisReply } from "./redis/reply.ts";
export { type SentinelOptions, startSentinel, type TestSentinel } from "./redis/sentinel.ts";
export { type RedisOptions, startRedis, type TestRedis } from "./redis/server.ts";
export type { RedisSettings } from "./redis/settings.ts";
export { type SharedRedis, sharedRedis } from "./redis/shared.ts";
export { seed } from "./seed.ts";
export { BareClient } from "./wiretap/bare-client.ts";
export type { Execution } from "./wiretap/conversation.ts";
export { type ExplainedPlan, explainExecution, type RunSql } from "./wiretap/explain.ts";
export { type Probe, type ProbedStatement, type ProbeStage, probeStatements } from "./wiretap/probe.ts";
export { namedTrips, type StatementNames, statementName, tripsOnceWarm } from "./wiretap/statement-names.ts";
export {
  type DocumentedStatement,
  differences,
  documentedStatements,
  documentedTrips,
  statementRows,
} from "./wiretap/statements-page.ts";
export { createWiretap, type Wiretap } from "./wiretap/wiretap.ts";
