import { setTimeout as sleep } from "node:timers/promises";
import type { Deadline } from "@skyport/deadline";
import { DomainError } from "@skyport/errors";
import { sql } from "drizzle-orm";
import { EPOCH } from "../connection/client.ts";
import { sqlStatement } from "../connection/statement.ts";
import { Backoff } from "../pool/backoff.ts";
import type { Session } from "./session.ts";

/** How a transaction ended. */
export type CommitOutcome = "committed" | "rolled_back";

/** A transaction as the server knows it, on every connection. */
export interface TransactionIdentity {
  readonly xid: bigint;
  /** The server's life in which the id was given out; see `ServerFacts.epoch`. */
  readonly epoch: string;
}

const FIRST_POLL_MS = 5;
const LAST_POLL_MS = 100;
const ASK_TIMEOUT_MS = 2_000;

/** What the server says of a transaction id. */
export interface XactStatus {
  readonly epoch: string;
  /** Whether the id has been given out in this life of the server. */
  readonly given: boolean;
  /** null: too long ago, or not given. */
  readonly status: string | null;
}

const xactStatus = sqlStatement<{ xid: string }, XactStatus>(
  sql`select ${sql.raw(EPOCH)} as epoch, xid < pg_snapshot_xmax(pg_current_snapshot()) as given,
      case when xid < pg_snapshot_xmax(pg_current_snapshot()) then pg_xact_status(xid) end as status
    from (select ${sql.placeholder("xid")}::xid8 as xid) as asked`,
  ({ epoch, given, status }) => ({
    epoch: String(epoch),
    given: given === true,
    status: status === null ? null : String(status),
  }),
);

/**
 * How a transaction ended, by what the server says of its id; undefined while it runs; "unknown" when that cannot be told.
 *
 * A crash or a failover loses the transactions that were not yet durable, and their ids are given out again. So in
 * another life of the server, "committed" may be about another transaction; while an id that is not given out, or belongs to one
 * that runs or was aborted, tells that ours is gone: had it been committed durably, its id would say so.
 */
export function judge(identity: TransactionIdentity, said: XactStatus): CommitOutcome | "unknown" | undefined {
  const sameLife = said.epoch === identity.epoch;
  switch (said.status) {
    case "aborted":
      return "rolled_back";
    case "committed":
      return sameLife ? "committed" : "unknown";
    case "in progress":
      return sameLife ? undefined : "rolled_back";
    default:
      return sameLife || said.given ? "unknown" : "rolled_back";
  }
}

/** Asks until the server says how a transaction ended. */
export async function settleByStatus(
  read: <R>(deadline: Deadline, body: (session: Session) => Promise<R>) => Promise<R>,
  identity: TransactionIdentity,
  deadline: Deadline,
  signal: AbortSignal,
): Promise<CommitOutcome> {
  const backoff = new Backoff(FIRST_POLL_MS, LAST_POLL_MS);
  const xid = identity.xid.toString();
  let failure: unknown;
  while (!deadline.expired && !signal.aborted) {
    try {
      const [said] = await read(deadline.capped(ASK_TIMEOUT_MS), (session) => session.run(xactStatus, { xid }));
      const outcome = said === undefined ? "unknown" : judge(identity, said);
      if (outcome === "unknown") break;
      if (outcome !== undefined) return outcome;
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
