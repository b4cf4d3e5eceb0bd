import { setTimeout as sleep } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { sql } from "drizzle-orm";
import { sqlStatement } from "../connection/statement.ts";
import { Backoff } from "../pool/backoff.ts";
import type { Session } from "./session.ts";

/** How a transaction ended. */
export type CommitOutcome = "committed" | "rolled_back";

/** A transaction as the server knows it, on every connection. */
export interface TransactionIdentity {
  readonly xid: bigint;
  /** The WAL timeline on which the id was given out: after a failover the same number may be another transaction. */
  readonly timeline: string;
}

const FIRST_POLL_MS = 5;
const LAST_POLL_MS = 500;
const ASK_TIMEOUT_MS = 2_000;

const xactStatus = sqlStatement<{ xid: string }, { status: unknown; timeline: unknown }>(
  sql`select pg_xact_status(${sql.placeholder("xid")}::xid8) as status,
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline`,
  ({ status, timeline }) => ({ status, timeline }),
);

/** Asks until the server says how a transaction ended. */
export async function settleByStatus(
  read: <R>(deadline: Deadline, body: (session: Session) => Promise<R>) => Promise<R>,
  { xid, timeline }: TransactionIdentity,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<CommitOutcome> {
  const backoff = new Backoff(FIRST_POLL_MS, LAST_POLL_MS);
  let failure: unknown;
  while (!deadline.expired && !signal.aborted) {
    try {
      const [row] = await read(deadline.capped(ASK_TIMEOUT_MS), (session) =>
        session.run(xactStatus, { xid: xid.toString() }),
      );
      if (row === undefined || row.timeline !== timeline) break;
      if (row.status === "committed") return "committed";
      if (row.status === "aborted") return "rolled_back";
      if (row.status === null) break;
    } catch (error) {
      failure = error;
    }
    await sleep(backoff.next(), undefined, { signal }).catch(() => undefined);
  }
  throw outcomeUnknown(failure);
}

/** DATABASE_UNAVAILABLE; the transaction may or may not have been committed. */
export function outcomeUnknown(cause: unknown): DomainError {
  return new DomainError("DATABASE_UNAVAILABLE", "the database was lost during a commit; its outcome is not known", {
    metadata: { outcome: "unknown" },
    cause,
  });
}

/** DATABASE_UNAVAILABLE; nothing was changed. */
export function lostAndRolledBack(cause: unknown): DomainError {
  return new DomainError("DATABASE_UNAVAILABLE", "the database was lost during a commit; nothing was changed", {
    metadata: { outcome: "rolled_back" },
    cause,
  });
}
