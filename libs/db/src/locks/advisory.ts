import { sql } from "drizzle-orm";
import { sqlStatement } from "../connection/statement.ts";
import type { Transaction } from "../unit/transaction.ts";
import { lockId } from "./lock-id.ts";

const lockStatement = sqlStatement<{ key: bigint }, void>(
  sql`select pg_advisory_xact_lock(${sql.placeholder("key")}::bigint)`,
  () => undefined,
);

const tryLockStatement = sqlStatement<{ key: bigint }, boolean>(
  sql`select pg_try_advisory_xact_lock(${sql.placeholder("key")}::bigint) as locked`,
  ({ locked }) => locked === true,
);

/** Waits for a lock that lasts until the transaction ends, bounded by the transaction's own limit. */
export async function lockForTransaction(tx: Transaction, name: string): Promise<void> {
  await tx.run(lockStatement, { key: lockId(name) });
}

/** Takes a lock that lasts until the transaction ends, unless somebody else holds it. */
export async function tryLockForTransaction(tx: Transaction, name: string): Promise<boolean> {
  const [locked] = await tx.run(tryLockStatement, { key: lockId(name) });
  return locked === true;
}
