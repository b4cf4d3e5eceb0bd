import type { Deadline } from "@skyport/deadline";
import { databaseUnavailable } from "@skyport/errors";
import { Client, UnsupportedServer } from "./client.ts";
import { parseTarget } from "./target.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A connection outside of any pool, for what belongs to a session: migrations, session locks, notifications. Its URL leads
 * past a pooler in transaction mode.
 *
 * @param signal gives the attempt up early
 * @throws DATABASE_UNAVAILABLE; Error when the server is older than PostgreSQL 17.
 */
export async function connectDedicated(
  url: string,
  applicationName: string,
  deadline: Deadline,
  signal?: AbortSignal,
): Promise<Client> {
  const target = parseTarget(url);
  const ms = Math.ceil(Math.min(CONNECT_TIMEOUT_MS, deadline.remainingMs));
  const timeout = AbortSignal.timeout(ms);
  const given = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    return await Client.connect({ target, applicationName, prepare: true }, given);
  } catch (error) {
    throw error instanceof UnsupportedServer ? error : databaseUnavailable(error);
  }
}
