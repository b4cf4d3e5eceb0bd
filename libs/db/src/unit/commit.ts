import { Deadline } from "@skyport/deadline";
import type { ResolvedConfig } from "../config.ts";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { ConnectionLost } from "../errors/connection-lost.ts";
import { isServerError } from "../errors/database-error.ts";
import { TRANSACTION_TIMEOUT } from "../errors/translate.ts";
import type { Pool } from "../pool/pool.ts";
import type { Session } from "./session.ts";
import {
  type CommitOutcome,
  lostAndRolledBack,
  outcomeUnknown,
  settleByStatus,
  type TransactionIdentity,
} from "./settle.ts";

/** What a transaction's end needs of its database. */
export interface CommitContext {
  readonly pool: Pool;
  readonly config: ResolvedConfig;
  readonly closing: AbortSignal;
  read<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R>;
}

/** How a transaction ended. */
export interface Ending<Outcome = CommitOutcome> {
  readonly outcome: Outcome;
  /** What the caller is to be told instead of the result, given the first error of a statement. */
  readonly error?: (firstError: unknown) => unknown;
}

/** What `onOutcome` is told: how the transaction ended, or a promise of it when COMMIT's answer did not come. */
export type ReportedOutcome = CommitOutcome | { readonly unknown: Promise<CommitOutcome> };

/** How long COMMIT's answer is waited for alone, before its outcome is asked for on another connection as well. */
const PATIENCE_MS = 500;

/**
 * Sends COMMIT and finds out how the transaction ended: by the answer; or, when the connection is lost or the answer
 * takes long, by asking for the status of its id on another connection, whichever tells first. Gives the connection back.
 * Rejects with DATABASE_UNAVAILABLE, metadata `outcome=unknown`, when neither could tell within `settleTimeoutMs`.
 *
 * @param before settles with the statements that were sent in front of COMMIT: only then does the server begin with it
 */
export function commit(
  context: CommitContext,
  client: Client,
  identity: TransactionIdentity,
  before?: Promise<unknown>,
): Promise<Ending> {
  const { pool, config } = context;
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  // Made only where it is needed: aborting one costs more than the rest of a commit.
  let decided: AbortController | undefined;
  let polling: Promise<void> | undefined;
  let answered = false;

  const ask = (cause: unknown): Promise<void> => {
    decided ??= new AbortController();
    polling ??= settle(context, identity, decided.signal).then((outcome) => {
      decide(outcome === "committed" ? { outcome } : { outcome, error: () => abortedBy(cause) });
      // Nobody waits for the answer any more. Once it has come, the connection may be another unit's.
      if (!answered) client.connection.destroy();
    });
    return polling;
  };
  const decide = (ending: Ending): void => {
    clearTimeout(timer);
    decided?.abort();
    resolve(ending);
  };
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    if (!answered) timer = setTimeout(() => void ask(undefined).catch(() => undefined), PATIENCE_MS);
  };

  client.connection.simple("commit").then(
    (result) => {
      answered = true;
      decide(endingOf(result));
    },
    (error: unknown) => {
      answered = true;
      if (isServerError(error)) decide({ outcome: "rolled_back", error: () => error });
      else ask(error).catch(reject);
    },
  );
  if (before === undefined) watch();
  else before.then(watch, watch);
  pool.release(client, config.settleTimeoutMs);
  return promise.finally(() => clearTimeout(timer));
}

function endingOf(result: RawResult | readonly RawResult[]): Ending {
  if ("command" in result && result.command === "COMMIT") return { outcome: "committed" };
  // The server answers ROLLBACK, as a success, when a statement had failed and the body went on all the same.
  return { outcome: "rolled_back", error: (first) => first ?? new Error("the transaction had failed") };
}

/** A timer that ran out just before COMMIT is the caller's or another's doing, not the server's absence. */
function abortedBy(cause: unknown): unknown {
  return cause instanceof ConnectionLost && cause.code === TRANSACTION_TIMEOUT ? cause : lostAndRolledBack(cause);
}

async function settle(
  { config, closing, read }: CommitContext,
  identity: TransactionIdentity,
  decided: AbortSignal,
): Promise<CommitOutcome> {
  const { xid } = identity;
  config.onEvent({ kind: "commit_unknown", xid });
  try {
    const limit = Deadline.after(config.settleTimeoutMs);
    const outcome = await settleByStatus(read, identity, limit, AbortSignal.any([closing, decided]));
    config.onEvent({ kind: "commit_settled", xid, outcome });
    return outcome;
  } catch (error) {
    if (!decided.aborted) config.onEvent({ kind: "commit_settled", xid, outcome: "unknown" });
    throw error;
  }
}

/** The ending if it is known by the deadline, else that it is unknown, with a promise of it. */
export async function endByDeadline(ending: Promise<Ending>, deadline: Deadline): Promise<Ending<ReportedOutcome>> {
  try {
    return await deadline.race(ending);
  } catch (cause) {
    const unknown = ending.then(({ outcome }) => outcome);
    unknown.catch(() => undefined);
    return { outcome: { unknown }, error: () => outcomeUnknown(cause) };
  }
}
