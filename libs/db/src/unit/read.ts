import type { Deadline } from "@skyport/deadline";
import type { Client } from "../connection/client.ts";
import { translateError } from "../errors/translate.ts";
import type { Pool } from "../pool/pool.ts";
import { type Dispatch, type Session, supervise, UnitSession } from "./session.ts";

/** How much longer than its statement_timeout a statement that nobody waits for is left to the server. */
const DRAIN_MARGIN_MS = 250;

/** Single statements, each committed by itself, on one connection. */
export async function read<R>(
  pool: Pool,
  pooled: boolean,
  deadline: Deadline,
  body: (session: Session) => Promise<R>,
): Promise<R> {
  const client = await pool.acquire(deadline);
  const session = new UnitSession(pooled ? wrapped(client, deadline) : bounded(client, deadline), deadline);
  try {
    return await supervise(client, deadline, () => body(session));
  } catch (error) {
    throw translateError(error, deadline);
  } finally {
    session.end();
    pool.release(client, client.statementTimeout + DRAIN_MARGIN_MS);
  }
}

/**
 * The session's statement_timeout for a time that is left: the next power of two, so that it seldom changes, at least
 * the time itself, so that the server never gives up first; 0, none, without a limit.
 */
export function timeoutBucket(remainingMs: number): number {
  if (remainingMs === Number.POSITIVE_INFINITY) return 0;
  return 2 ** Math.min(30, Math.ceil(Math.log2(Math.max(1, remainingMs))));
}

/** Sends the timeout, when it changes, in front of the statement: the two travel together. */
function bounded(client: Client, deadline: Deadline): Dispatch {
  return async (statement, parameters) => {
    const timeout = timeoutBucket(deadline.remainingMs);
    if (timeout === client.statementTimeout) return client.run(statement, parameters);
    client.statementTimeout = timeout;
    const set = client.connection.simple(`set statement_timeout = ${timeout}`);
    const [result] = await Promise.all([client.run(statement, parameters), set]);
    return result;
  };
}

/** Behind a pooler in transaction mode a session has no settings: begin, statement and commit travel together. */
function wrapped(client: Client, deadline: Deadline): Dispatch {
  return async (statement, parameters) => {
    const timeout = timeoutBucket(deadline.remainingMs);
    client.statementTimeout = timeout;
    const begin = client.connection.simple(`begin; set local statement_timeout = ${timeout}`);
    const running = client.run(statement, parameters);
    const commit = client.connection.simple("commit");
    const [, , outcome] = await Promise.allSettled([begin, commit, running]);
    return outcome.status === "fulfilled" ? outcome.value : Promise.reject(outcome.reason);
  };
}
