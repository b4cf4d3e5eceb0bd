import type { Deadline } from "@skyport/deadline";
import type { ResolvedConfig } from "../config.ts";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { translateError } from "../errors/translate.ts";
import type { Pool } from "../pool/pool.ts";
import { type CommitContext, commit, endByDeadline, type ReportedOutcome } from "./commit.ts";
import { type Session, supervise, UnitSession } from "./session.ts";
import type { TransactionIdentity } from "./settle.ts";

/** A session inside BEGIN and COMMIT. */
export interface Transaction extends Session {
  /** The transaction's id, as `pg_current_xact_id()` gives it. */
  readonly xid: bigint;
}

/** How a transaction is run. */
export interface TransactionOptions {
  readonly deadline: Deadline;
  /** Default "read committed". */
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /**
   * Told exactly once, and awaited: after a COMMIT or ROLLBACK that is certain (nothing begun counts as rolled back); or `unknown` when COMMIT's answer was lost or
   * late, with a promise of the outcome. That promise rejects with DATABASE_UNAVAILABLE, metadata `outcome=unknown`, when the
   * outcome could not be found within `settleTimeoutMs`. What the callback throws after a COMMIT, `transaction` throws;
   * after a rollback the error that caused it is thrown instead.
   */
  readonly onOutcome?: (outcome: ReportedOutcome) => Promise<void>;
}

/** How long a ROLLBACK is waited for in the background before its connection is dropped. */
const ROLLBACK_TIMEOUT_MS = 1_000;

/** Runs one transaction: see `Database.transaction`. */
export async function transaction<R>(
  context: CommitContext,
  options: TransactionOptions,
  body: (tx: Transaction) => Promise<R>,
): Promise<R> {
  const { deadline, onOutcome = async () => undefined } = options;
  const client = await context.pool.acquire(deadline).catch(async (error: unknown) => {
    await onOutcome("rolled_back").catch(() => undefined);
    throw error;
  });
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
    if (client.connection.lost !== undefined) throw client.connection.lost;
    if (client.connection.busy) throw new Error("a transaction's body returned while a statement was running");
  } catch (error) {
    session.end();
    await rollback(context.pool, client, deadline);
    await onOutcome("rolled_back").catch(() => undefined);
    throw translateError(error, deadline);
  }
  session.end();
  const ending = await endByDeadline(commit(context, client, identity), deadline);
  await onOutcome(ending.outcome).catch((error: unknown) => {
    if (ending.error === undefined) throw error;
  });
  if (ending.error !== undefined) throw translateError(ending.error(session.firstError), deadline);
  return result;
}

/**
 * One round trip, answered before the body runs. The id is drawn here, right behind BEGIN: without it the outcome of a
 * COMMIT whose answer is lost could not be asked for, and drawn later it would cost a round trip of its own.
 */
async function begin(
  { connection, facts }: Client,
  { deadline, isolation = "read committed" }: TransactionOptions,
  config: ResolvedConfig,
): Promise<TransactionIdentity> {
  const begun = connection.simple(beginSql(`isolation level ${isolation}`, deadline, config));
  const drawn = connection.execute("select pg_current_xact_id() as xid", []);
  const [, rows] = await Promise.all([begun, drawn]);
  const [{ xid } = {}] = rows as RawResult;
  return { xid: BigInt(String(xid)), epoch: facts.epoch };
}

/** The timer that a session default has started is not re-armed by SET LOCAL alone, hence the 0 first. */
function beginSql(mode: string, deadline: Deadline, { transactionTimeoutMs }: ResolvedConfig): string {
  const limit = Math.max(1, Math.ceil(Math.min(transactionTimeoutMs, deadline.remainingMs)));
  return `begin ${mode}; set local transaction_timeout = 0; set local transaction_timeout = ${limit};
    set local statement_timeout = 0`;
}

/** Ends a transaction that is not to be committed. Never throws: without an answer the connection is dropped. */
async function rollback(pool: Pool, client: Client, deadline: Deadline): Promise<void> {
  const answered = client.connection.simple("rollback").catch(() => undefined);
  pool.release(client, ROLLBACK_TIMEOUT_MS);
  await deadline.race(answered).catch(() => undefined);
}

/** Runs a body in one REPEATABLE READ, READ ONLY transaction: every statement sees the same snapshot. */
export async function snapshot<R>(
  { pool, config }: CommitContext,
  deadline: Deadline,
  body: (session: Session) => Promise<R>,
): Promise<R> {
  const client = await pool.acquire(deadline);
  const session = new UnitSession((statement, parameters) => client.run(statement, parameters), deadline);
  try {
    return await supervise(client, deadline, async () => {
      await client.connection.simple(beginSql("isolation level repeatable read, read only", deadline, config));
      return await body(session);
    });
  } catch (error) {
    throw translateError(error, deadline);
  } finally {
    session.end();
    await rollback(pool, client, deadline);
  }
}
