import { eventually } from "@skyport/testing";
import { existing } from "./fixtures.ts";
import type { Sql } from "./sql.ts";

// The server is shared: other databases have their own.
const IN_THIS_DATABASE = `locktype = 'advisory'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const KEY = "(classid::bigint << 32 | objid::bigint)";

/** The session that holds the lock of an in-process cache on this database, and the lock's key. */
export async function lockHolder(sql: Sql): Promise<{ readonly pid: string; readonly key: string }> {
  const [row] = await sql(
    `SELECT pid, ${KEY} AS key FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE ${IN_THIS_DATABASE} AND granted AND application_name LIKE 'skyport lock %'`,
  );
  const { pid, key } = existing(row);
  return { pid: String(pid), key: String(key) };
}

/** Ends that session, and waits until the service has the lock again. */
export async function endLockSession(sql: Sql): Promise<void> {
  const before = await lockHolder(sql);
  await sql(`SELECT pg_terminate_backend(${before.pid}, 5000)`);
  await eventually(async () => (await lockHolder(sql)).pid !== before.pid);
}

/** Lets another session have the lock: it waits in line for it when the holder's session is ended. */
export async function stealLock(sql: Sql, thief: Sql): Promise<void> {
  const { pid, key } = await lockHolder(sql);
  const taken = thief(`SELECT pg_advisory_lock(${key})`);
  await eventually(async () => {
    const waiting = await sql(`SELECT FROM pg_locks WHERE ${IN_THIS_DATABASE} AND NOT granted AND ${KEY} = ${key}`);
    return waiting.length > 0;
  });
  await sql(`SELECT pg_terminate_backend(${pid}, 5000)`);
  await taken;
}
