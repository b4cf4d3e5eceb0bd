import { Deadline } from "@skyport/deadline";
import type { ResolvedConfig } from "../config.ts";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { isServerError } from "../errors/database-error.ts";
import { translateError } from "../errors/translate.ts";
import type { Pool } from "../pool/pool.ts";
import { type Session, supervise, UnitSession } from "./session.ts";
import {
  type CommitOutcome,
  lostAndRolledBack,
  outcomeUnknown,
  settleByStatus,
  type TransactionIdentity,
} from "./settle.ts";

/** A session inside BEGIN and COMMIT. */
export interface Transaction extends Session {
  /** The transaction's id, as `pg_current_xact_id()` gives it. */
  readonly xid: bigint;
}

/** What `onOutcome` is told: how the transaction ended, or a promise of it when COMMIT's answer did not come. */
export type ReportedOutcome = CommitOutcome | { readonly unknown: Promise<CommitOutcome> };

/** How a transaction is run. */
export interface TransactionOptions {
  readonly deadline: Deadline;
  /** Default "read committed". */
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /**
   * Told once, and awaited: after a COMMIT or ROLLBACK that is certain; or `unknown` when COMMIT's answer was lost or
   * late, with a promise of the outcome. That promise rejects with DATABASE_UNAVAILABLE, metadata `outcome=unknown`, when the
   * outcome could not be found within `settleTimeoutMs`. What the callback throws after a COMMIT, `transaction` throws;
   * after a rollback the error that caused it is thrown instead.
   */
  readonly onOutcome?: (outcome: ReportedOutcome) => Promise<void>;
}

/** What a transaction needs of its database. */
export interface TransactionContext {
  readonly pool: Pool;
  readonly config: ResolvedConfig;
  readonly closing: AbortSignal;
  read<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R>;
}

/** How long a ROLLBACK is waited for in the background before its connection is dropped. */
const ROLLBACK_TIMEOUT_MS = 1_000;

/** Runs one transaction: see `Database.transaction`. */
export async function transaction<R>(
  context: TransactionContext,
  options: TransactionOptions,
  body: (tx: Transaction) => Promise<R>,
): Promise<R> {
  const { deadline, onOutcome = async () => undefined } = options;
  const client = await context.pool.acquire(deadline);
  const session = new UnitSession((statement, parameters) => client.run(statement, parameters), deadline);
  let identity: TransactionIdentity;
  let result: R;
  try {
    [identity, result] = await supervise(client, deadline, async () => {
      const begun = await begin(client, options, context.config);
      const tx = { xid: begun.xid, run: session.run.bind(session) } satisfies Transaction;
      return [begun, await body(tx)] as const;
    });
    deadline.check();
    if (client.connection.busy) throw new Error("a transaction's body returned while a statement was running");
  } catch (error) {
    session.end();
    await rollback(context.pool, client, deadline);
    await onOutcome("rolled_back").catch(() => undefined);
    throw translateError(error, deadline);
  }
  session.end();
  const ending = await commit(context, client, identity, deadline);
  await onOutcome(ending.outcome).catch((error: unknown) => {
    if (ending.error === undefined) throw error;
  });
  if (ending.error !== undefined) throw translateError(ending.error(session.firstError), deadline);
  return result;
}

/**
 * One message, answered before the body runs. The timer that a session default has started is not re-armed by SET LOCAL
 * alone, hence the 0 first. The id is drawn here, where it costs no round trip: without it the outcome of a COMMIT whose
 * answer is lost could not be asked for.
 */
async function begin(
  client: Client,
  { deadline, isolation = "read committed" }: TransactionOptions,
  config: ResolvedConfig,
): Promise<TransactionIdentity> {
  const limit = Math.max(1, Math.ceil(Math.min(config.transactionTimeoutMs, deadline.remainingMs)));
  const results = await client.connection.simple(
    `begin isolation level ${isolation};
     set local transaction_timeout = 0; set local transaction_timeout = ${limit}; set local statement_timeout = 0;
     select pg_current_xact_id()::text as xid`,
  );
  const [{ xid } = {}] = results.at(-1) as RawResult;
  return { xid: BigInt(String(xid)), timeline: client.facts.timeline };
}

/** Ends a transaction that is not to be committed. Never throws: without an answer the connection is dropped. */
async function rollback(pool: Pool, client: Client, deadline: Deadline): Promise<void> {
  const { connection } = client;
  if (connection.lost !== undefined || connection.busy) return pool.discard(client);
  const answered = connection.simple("rollback").catch(() => undefined);
  pool.release(client, ROLLBACK_TIMEOUT_MS);
  await deadline.race(answered).catch(() => undefined);
}

interface Ending {
  readonly outcome: ReportedOutcome;
  /** What the caller is to be told instead of the result, given the first error of a statement. */
  readonly error?: (firstError: unknown) => unknown;
}

async function commit(
  context: TransactionContext,
  client: Client,
  identity: TransactionIdentity,
  deadline: Deadline,
): Promise<Ending> {
  const answer = client.connection.simple("commit") as Promise<RawResult>;
  const settling = answer.then(
    (result): Ending => {
      if (result.command === "COMMIT") return { outcome: "committed" };
      // The server answers ROLLBACK, as a success, when a statement had failed and the body went on all the same.
      return { outcome: "rolled_back", error: (first) => first ?? new Error("the transaction had failed") };
    },
    async (error: unknown): Promise<Ending> => {
      if (isServerError(error)) return { outcome: "rolled_back", error: () => error };
      context.config.onEvent({ kind: "commit_unknown", xid: identity.xid });
      const limit = Deadline.after(context.config.settleTimeoutMs);
      const outcome = await settleByStatus(context.read, identity, limit, context.closing);
      return outcome === "committed" ? { outcome } : { outcome, error: () => lostAndRolledBack(error) };
    },
  );
  context.pool.release(client, context.config.settleTimeoutMs);
  try {
    return await deadline.race(settling);
  } catch (cause) {
    const unknown = settling.then(({ outcome }) => outcome as CommitOutcome);
    unknown.catch(() => undefined);
    return { outcome: { unknown }, error: () => outcomeUnknown(cause) };
  }
}

/** Runs a body in one REPEATABLE READ, READ ONLY transaction: every statement sees the same snapshot. */
export async function snapshot<R>(
  { pool, config }: TransactionContext,
  deadline: Deadline,
  body: (session: Session) => Promise<R>,
): Promise<R> {
  const client = await pool.acquire(deadline);
  const session = new UnitSession((statement, parameters) => client.run(statement, parameters), deadline);
  try {
    return await supervise(client, deadline, async () => {
      const limit = Math.max(1, Math.ceil(Math.min(config.transactionTimeoutMs, deadline.remainingMs)));
      await client.connection.simple(
        `begin isolation level repeatable read, read only;
         set local transaction_timeout = 0; set local transaction_timeout = ${limit}; set local statement_timeout = 0`,
      );
      return await body(session);
    });
  } catch (error) {
    throw translateError(error, deadline);
  } finally {
    session.end();
    await rollback(pool, client, deadline);
  }
}
