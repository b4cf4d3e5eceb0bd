export { bytes, timestampMicros, xid8 } from "./columns/columns.ts";
export {
  formatMicros,
  type Micros,
  microsToTimestamp,
  parseMicros,
  type TimestampShape,
  timestampToMicros,
} from "./columns/micros.ts";
export type { DatabaseConfig, DatabaseEvent } from "./config.ts";
export {
  type DrizzleHandle,
  type Parameters,
  type PreparedQuery,
  type RawRow,
  type Statement,
  sqlStatement,
  statement,
} from "./connection/statement.ts";
export { createDatabase, type Database } from "./database.ts";
export { ConnectionLost } from "./errors/connection-lost.ts";
export { DatabaseError, violatedConstraint } from "./errors/database-error.ts";
export { isContention } from "./errors/translate.ts";
export type { PoolStats } from "./pool/pool.ts";
export type { Session } from "./unit/session.ts";
export type { CommitOutcome } from "./unit/settle.ts";
export type { ReportedOutcome, Transaction, TransactionOptions } from "./unit/transaction.ts";
