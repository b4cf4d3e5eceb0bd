import type { Deadline } from "@skyport/deadline";
import type { ResolvedConfig } from "../config.ts";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { ConnectionLost } from "../errors/connection-lost.ts";
import { translateError } from "../errors/translate.ts";
import type { Pool } from "../pool/pool.ts";
import { type CommitContext, commit, type Ending, endByDeadline, type ReportedOutcome } from "./commit.ts";
import { type Session, supervise, UnitSession } from "./session.ts";
import { outcomeUnknown, type TransactionIdentity } from "./settle.ts";

/** A session inside BEGIN and COMMIT. */
export interface Transaction extends Session {
  /** The transaction's id, as `pg_current_xact_id()` gives it. */
  readonly xid: bigint;
  /**
   * Runs the transaction's last statements with COMMIT behind them, all in one round trip. Only the server can stop the
   * commit then, by the error of a statement, which rolls all back: it is for statements whose results decide nothing. Each
   * promise stands for one statement, which is started before `start` returns; none can be run later.
   *
   * @returns the results, when all statements have succeeded; how the COMMIT ends, `Database.transaction` tells
   */
  last<R extends readonly unknown[]>(start: () => { readonly [K in keyof R]: Promise<R[K]> }): Promise<R>;
}

/** How a transaction is run. */
export interface TransactionOptions<A = undefined> {
  readonly deadline: Deadline;
  /** Default "read committed". */
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /**
   * Starts statements that travel with BEGIN, in its round trip; the body is given what it resolves to. Those
   * that change anything must have the condition `IN_TRANSACTION`.
   */
  readonly ahead?: (session: Session) => Promise<A>;
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
export async function transaction<R, A = undefined>(
  context: CommitContext,
  options: TransactionOptions<A>,
  body: (tx: Transaction, ahead: A) => Promise<R>,
): Promise<R> {
  const { deadline, onOutcome = async () => undefined } = options;
  const client = await context.pool.acquire(deadline).catch(async (error: unknown) => {
    await onOutcome("rolled_back").catch(() => undefined);
    throw error;
  });
  const session = new UnitSession((statement, parameters) => client.run(statement, parameters), deadline);
  const work = new Work(context, client, session, options);
  const end = async (): Promise<void> => {
    const ending = await endByDeadline(work.commit(), deadline);
    await onOutcome(ending.outcome).catch((error: unknown) => {
      if (ending.error === undefined) throw error;
    });
    if (ending.error !== undefined) throw translateError(ending.error(session.firstError), deadline);
  };
  let result: R;
  try {
    result = await supervise(client, deadline, () => work.run(body));
    work.check();
  } catch (error) {
    session.end();
    // COMMIT is on its way, and may succeed whatever the body makes of the answers.
    if (work.isCommitting) {
      await end();
      const isResultLost = error === session.firstError || error instanceof ConnectionLost || deadline.expired;
      throw isResultLost ? outcomeUnknown(error) : error;
    }
    await rollback(context.pool, client, deadline);
    await onOutcome("rolled_back").catch(() => undefined);
    throw translateError(error, deadline);
  }
  session.end();
  await end();
  return result;
}

/** What a transaction does between the lease of its connection and its end. */
class Work<A> {
  readonly #context: CommitContext;
  readonly #client: Client;
  readonly #session: UnitSession;
  readonly #options: TransactionOptions<A>;
  #identity: TransactionIdentity | undefined;
  #ending: Promise<Ending> | undefined;

  constructor(context: CommitContext, client: Client, session: UnitSession, options: TransactionOptions<A>) {
    this.#context = context;
    this.#client = client;
    this.#session = session;
    this.#options = options;
  }

  get isCommitting(): boolean {
    return this.#ending !== undefined;
  }

  async run<R>(body: (tx: Transaction, ahead: A) => Promise<R>): Promise<R> {
    const { ahead = async () => undefined as A } = this.#options;
    const begun = begin(this.#client, this.#options, this.#context.config);
    // Both are sent by now.
    const [identity, found] = await Promise.all([begun, ahead(guarded(this.#session))]);
    this.#identity = identity;
    const run = this.#session.run.bind(this.#session);
    return body({ xid: identity.xid, run, last: (start) => this.#last(start) }, found);
  }

  #last<R extends readonly unknown[]>(start: () => { readonly [K in keyof R]: Promise<R[K]> }): Promise<R> {
    const { connection } = this.#client;
    const [sentBefore, startedBefore] = [connection.sent, this.#session.started];
    const promises = start();
    // The array's own type, which Promise.all loses.
    const results = Promise.all(promises) as Promise<unknown> as Promise<R>;
    this.#session.end();
    // Each is on its way, or the others must not be committed without it: one that cannot be encoded, or whose caller has
    // failed before, rejects here, and the body with it, which is then rolled back.
    const [sent, started] = [connection.sent - sentBefore, this.#session.started - startedBefore];
    if (sent === promises.length && started === promises.length) void this.commit(results);
    return results;
  }

  /** What must hold before COMMIT is sent, where it has not been. */
  check(): void {
    if (this.isCommitting) return;
    this.#options.deadline.check();
    const { lost, busy } = this.#client.connection;
    if (lost !== undefined) throw lost;
    if (busy) throw new Error("a transaction's body returned while a statement was running");
  }

  /** Sends COMMIT, the first time; `before` settles when the statements do that were sent just before. */
  commit(before?: Promise<unknown>): Promise<Ending> {
    if (this.#identity === undefined) throw new Error("a transaction was to be committed before it began");
    if (this.#ending === undefined) {
      this.#ending = commit(this.#context, this.#client, this.#identity, before);
      // Whoever waits for the end hears of it.
      this.#ending.catch(() => undefined);
    }
    return this.#ending;
  }
}

/** Refuses statements that would do harm if there were no transaction. */
function guarded(session: Session): Session {
  return {
    run(statement, parameters) {
      if (!statement.mayTravelWithBegin)
        throw new Error("a statement that travels with BEGIN and changes anything needs IN_TRANSACTION");
      return session.run(statement, parameters);
    },
  };
}

/**
 * One round trip, answered before the body runs. The id is drawn here, right behind BEGIN: without it the outcome of a
 * COMMIT whose answer is lost could not be asked for, and drawn later it would cost a round trip of its own.
 */
async function begin(
  { connection, facts }: Client,
  { deadline, isolation = "read committed" }: Pick<TransactionOptions, "deadline" | "isolation">,
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
