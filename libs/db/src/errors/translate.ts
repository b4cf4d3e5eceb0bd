import type { Deadline } from "@skyport/deadline";
import { DomainError, databaseUnavailable, deadlineExceeded } from "@skyport/errors";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { ConnectionLost } from "./connection-lost.ts";
import { DatabaseError, isServerError } from "./database-error.ts";

/** serialization_failure, deadlock_detected, lock_not_available: the same work, begun again, can succeed. */
const CONTENTION_CODES: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);

/**
 * The server routine that refuses a prepared statement whose result type a migration has changed. The driver has
 * forgotten the statement by then, so that the same work, begun again, prepares it anew.
 */
const STALE_PLAN = "RevalidateCachedQuery";

/** query_canceled: statement_timeout, or an administrator. */
const QUERY_CANCELED = "57014";
/** transaction_timeout: the server ends the whole connection. */
export const TRANSACTION_TIMEOUT = "25P04";

/**
 * The server is going, full, or not (any more) a primary: class 08 connection exception, 53 insufficient resources,
 * 57P operator intervention; 25P03 idle_in_transaction_session_timeout, 25006 read-only transaction.
 */
const UNAVAILABLE = /^(08...|53...|57P..|25P03|25006)$/;

/**
 * How close to its deadline a statement may be cancelled and still be said to have run out of time: the server's
 * timer and ours are two clocks.
 */
const CLOCK_SLACK_MS = 20;

/**
 * Turns whatever a statement, a connection or Drizzle threw into what callers of this library see:
 *
 * - CONTENTION for serialization failures, deadlocks and lock timeouts, for a plan that a migration made stale, and for a transaction that the server ended at
 *   `transaction_timeout` although the caller had time left: it waited for somebody else's lock, or is too slow;
 * - DEADLINE_EXCEEDED for a statement or transaction that the server ended because the caller's time was up;
 * - DATABASE_UNAVAILABLE for a lost connection or a server that is going, full or read-only;
 * - `DatabaseError` for the rest of what the server refuses; anything else unchanged.
 */
export function translateError(thrown: unknown, deadline: Deadline): unknown {
  const error = withoutWrapping(thrown);
  if (error instanceof DomainError) return error;
  if (error instanceof ConnectionLost) return fromCode(error.code, error, deadline) ?? databaseUnavailable(error);
  if (isServerError(error) && error.routine === STALE_PLAN) return contention(error);
  if (isServerError(error)) return fromCode(error.code, error, deadline) ?? new DatabaseError(error);
  return error;
}

function fromCode(code: string | undefined, cause: Error, deadline: Deadline): DomainError | undefined {
  if (code === undefined) return undefined;
  if (CONTENTION_CODES.has(code)) return contention(cause);
  const late = deadline.remainingMs <= CLOCK_SLACK_MS;
  if (code === TRANSACTION_TIMEOUT) return late ? deadlineExceeded(cause) : contention(cause);
  if (code === QUERY_CANCELED) return late ? deadlineExceeded(cause) : databaseUnavailable(cause);
  return UNAVAILABLE.test(code) ? databaseUnavailable(cause) : undefined;
}

function contention(cause: unknown): DomainError {
  return new DomainError("CONTENTION", "another change of the same data got in the way", { cause });
}

/** Drizzle wraps the driver's errors in one whose message quotes the SQL and its parameters; only its cause is kept. */
function withoutWrapping(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
}

/** Whether the same unit of work, run again from its start, can succeed: CONTENTION. */
export function isContention(error: unknown): boolean {
  return error instanceof DomainError && error.reason === "CONTENTION";
}
