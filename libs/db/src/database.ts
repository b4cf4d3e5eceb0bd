import type { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";
import { type DatabaseConfig, withDefaults } from "./config.ts";
import { sqlStatement } from "./connection/statement.ts";
import { parseTarget } from "./connection/target.ts";
import { Pool, type PoolStats } from "./pool/pool.ts";
import type { CommitContext } from "./unit/commit.ts";
import { read } from "./unit/read.ts";
import type { Session } from "./unit/session.ts";
import { snapshot, type Transaction, type TransactionOptions, transaction } from "./unit/transaction.ts";

/**
 * A PostgreSQL database. Every method leases one connection for as long as its body runs, waits for nothing past its
 * deadline (a free connection, the connect, a statement, the COMMIT), and throws DEADLINE_EXCEEDED, DATABASE_UNAVAILABLE
 * or CONTENTION as a DomainError when it could not be done for those reasons.
 */
export interface Database {
  /** Connects, and checks that the server can be used: PostgreSQL 17 or newer, a primary. For the start of a service. */
  start(deadline: Deadline): Promise<void>;
  /** Single statements, each committed by itself. */
  read<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R>;
  /** Several statements that see one snapshot: REPEATABLE READ, READ ONLY. */
  snapshot<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R>;
  /**
   * All of the body's statements or none. It returns only after a COMMIT that is certain. The server ends the transaction when
   * it takes longer than `transactionTimeoutMs` or the deadline. When the connection is lost during COMMIT, the outcome is
   * asked for on another connection: committed counts as success; rolled back is DATABASE_UNAVAILABLE with metadata
   * `outcome=rolled_back`; not known by the deadline, DATABASE_UNAVAILABLE with `outcome=unknown`.
   *
   * @throws whatever the body throws, after a ROLLBACK.
   */
  transaction<R, A = undefined>(
    options: TransactionOptions<A>,
    body: (tx: Transaction, ahead: A) => Promise<R>,
  ): Promise<R>;
  /** A round trip. */
  ping(deadline: Deadline): Promise<void>;
  /**
   * `system_identifier:database_oid:timeline`: differs whenever the data may be another's, after a restore or a failover.
   */
  identity(deadline: Deadline): Promise<string>;
  readonly stats: PoolStats;
  /** Refuses new work, waits a while for what is running, closes all connections. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const pingStatement = sqlStatement<Record<string, never>, void>(sql`select 1`, () => undefined);

// The live timeline comes from the WAL's current file: the control file's is that of the last checkpoint, which a
// promotion does not wait for.
const identityStatement = sqlStatement<Record<string, never>, string>(
  sql`select (select system_identifier from pg_control_system())
      || ':' || (select oid from pg_database where datname = current_database())
      || ':' || ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint as identity`,
  ({ identity }) => String(identity),
);

/** Makes a database; connections are opened when they are needed, or by `start`. */
export function createDatabase(config: DatabaseConfig): Database {
  const resolved = withDefaults(config);
  const target = parseTarget(config.url);
  const applicationName = config.applicationName ?? target.applicationName ?? "skyport";
  return new PooledDatabase(resolved, new Pool(resolved, { target, applicationName, prepare: resolved.prepare }));
}

class PooledDatabase implements Database {
  readonly #pool: Pool;
  readonly #pooled: boolean;
  readonly #closing = new AbortController();
  readonly #context: CommitContext;

  constructor(config: ReturnType<typeof withDefaults>, pool: Pool) {
    this.#pool = pool;
    this.#pooled = config.pooler === "transaction";
    this.#context = {
      pool,
      config,
      closing: this.#closing.signal,
      read: (deadline, body) => this.read(deadline, body),
    };
  }

  get stats(): PoolStats {
    return this.#pool.stats;
  }

  start(deadline: Deadline): Promise<void> {
    return this.#pool.start(deadline);
  }

  read<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R> {
    return read(this.#pool, this.#pooled, deadline, body);
  }

  snapshot<R>(deadline: Deadline, body: (session: Session) => Promise<R>): Promise<R> {
    return snapshot(this.#context, deadline, body);
  }

  transaction<R, A = undefined>(
    options: TransactionOptions<A>,
    body: (tx: Transaction, ahead: A) => Promise<R>,
  ): Promise<R> {
    return transaction(this.#context, options, body);
  }

  async ping(deadline: Deadline): Promise<void> {
    await this.read(deadline, (session) => session.run(pingStatement, {}));
  }

  async identity(deadline: Deadline): Promise<string> {
    const [identity] = await this.read(deadline, (session) => session.run(identityStatement, {}));
    if (identity === undefined) throw new Error("the server did not tell its identity");
    return identity;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
