import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";
import type { Client } from "../connection/client.ts";
import type { RawResult } from "../connection/connection.ts";
import { connectDedicated } from "../connection/dedicated.ts";
import { type RawRow, sqlStatement } from "../connection/statement.ts";
import type { Database } from "../database.ts";
import { DatabaseError, isServerError } from "../errors/database-error.ts";
import { lockId } from "../locks/lock-id.ts";
import {
  type AppliedMigration,
  loadMigrations,
  type Migration,
  type MigrationComponent,
  MigrationError,
  pendingOf,
  planMigrations,
} from "./component.ts";

/** What to bring up to date. Times are milliseconds. */
export interface MigrateOptions {
  /** A direct URL: past a pooler in transaction mode. */
  readonly url: string;
  /** In the order in which they build on each other. */
  readonly components: readonly MigrationComponent[];
  /** How long to wait for another process that migrates. Default 60,000. */
  readonly waitMs?: number;
  /** How long a migration may wait for a table that is in use, while others wait behind it. Default 5,000. */
  readonly lockTimeoutMs?: number;
}

const CREATE_TABLE = `create table if not exists schema_migrations (
  component text not null,
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  primary key (component, version)
)`;
const SELECT_APPLIED = "select component, version, checksum from schema_migrations";
const UNDEFINED_TABLE = "42P01";
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Applies the migrations that are not applied yet, in order, each in a transaction of its own, under an advisory lock, so
 * that of several instances that start at once one does it and the others find it done. Returns what it applied.
 *
 * @throws MigrationError in one line: see `planMigrations`; or a migration failed, and was rolled back; or another process
 * did not finish in time. DATABASE_UNAVAILABLE.
 */
export async function migrate(options: MigrateOptions): Promise<readonly Migration[]> {
  const { url, components, waitMs = 60_000, lockTimeoutMs = 5_000 } = options;
  const migrations = await loadMigrations(components);
  const client = await connectDedicated(url, "skyport migrate", Deadline.after(waitMs));
  try {
    await lock(client, waitMs);
    await client.connection.simple(`set lock_timeout = ${lockTimeoutMs}`);
    await client.connection.simple(CREATE_TABLE);
    const applied = ((await client.connection.simple(SELECT_APPLIED)) as RawResult).map(decodeApplied);
    const pending = planMigrations(migrations, applied);
    for (const migration of pending) await apply(client, migration);
    return pending;
  } finally {
    await client.connection.close();
  }
}

async function lock(client: Client, waitMs: number): Promise<void> {
  await client.connection.simple(`set lock_timeout = ${waitMs}`);
  try {
    await client.connection.simple(`select pg_advisory_lock(${lockId("schema_migrations")})`);
  } catch (error) {
    if (!isServerError(error) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new MigrationError("migrations: another process is still migrating this database", { cause: error });
  }
}

async function apply({ connection }: Client, migration: Migration): Promise<void> {
  const { component, version, name, checksum } = migration;
  try {
    await connection.simple("begin");
    await connection.simple(migration.sql);
    if (connection.settled) throw new Error("it ends its own transaction");
    await connection.execute(
      "insert into schema_migrations (component, version, name, checksum) values ($1, $2, $3, $4)",
      [component, version, name, checksum],
    );
    await connection.simple("commit");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(`migration ${component}/${version} (${name}) failed: ${why}`, { cause });
  }
}

const selectApplied = sqlStatement<Record<string, never>, AppliedMigration>(sql.raw(SELECT_APPLIED), decodeApplied);

function decodeApplied({ component, version, checksum }: RawRow): AppliedMigration {
  return { component: String(component), version: Number(version), checksum: String(checksum) };
}

/**
 * The migrations that the database still lacks, for a readiness check. Ones that this build does not know are not its
 * concern: while a newer build rolls out, the older instances go on serving.
 */
export async function pendingMigrations(
  database: Database,
  migrations: readonly Migration[],
  deadline: Deadline,
): Promise<readonly Migration[]> {
  try {
    return pendingOf(migrations, await database.read(deadline, (session) => session.run(selectApplied, {})));
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return migrations;
    throw error;
  }
}
