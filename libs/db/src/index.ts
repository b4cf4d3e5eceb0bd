export { appendChange, appendChanges, CHANGES_PARTITIONS, type Change } from "./changes/changes.ts";
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
export { noRow, type RowOf, rowOf } from "./connection/rows.ts";
export {
  type DrizzleHandle,
  IN_TRANSACTION,
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
export { lockForTransaction, tryLockForTransaction } from "./locks/advisory.ts";
export { lockId } from "./locks/lock-id.ts";
export { LockHeld, SessionLock, type SessionLockOptions } from "./locks/session-lock.ts";
export {
  DB_MIGRATIONS,
  loadMigrations,
  type Migration,
  type MigrationComponent,
  MigrationError,
} from "./migrations/component.ts";
export { type MigrateOptions, migrate, pendingMigrations } from "./migrations/migrate.ts";
export { type ListenEvent, Listener, type ListenOptions, listen } from "./notifications/listen.ts";
export { type Keyset, type KeysetColumn, keyset } from "./pages/keyset.ts";
export { type PageSizeLimits, pageSize } from "./pages/page-size.ts";
export { type CursorValue, PageTokens, pageBinding } from "./pages/page-tokens.ts";
export { MAX_PAGE_BYTES, type Page, type Pagination, paginate } from "./pages/paginate.ts";
export { maintainPartitions, type PartitionPlan, type PartitionReport } from "./partitions/maintain.ts";
export { Maintenance, type MaintenanceOptions, type MaintenanceTask } from "./partitions/maintenance.ts";
export type { PoolStats } from "./pool/pool.ts";
export {
  type AnsweredRequest,
  claimRequest,
  findResponse,
  REQUEST_ID_RETENTION_MS,
  type RequestClaim,
  type RequestKey,
  recordResponse,
  requestIdPartitions,
} from "./requests/request-ids.ts";
export type { ReportedOutcome } from "./unit/commit.ts";
export { retryContention } from "./unit/retry.ts";
export type { Session } from "./unit/session.ts";
export type { CommitOutcome } from "./unit/settle.ts";
export type { Transaction, TransactionOptions } from "./unit/transaction.ts";
