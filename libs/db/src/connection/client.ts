import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { ConnectionLost } from "../errors/connection-lost.ts";
import { Connection, type RunningStatement } from "./connection.ts";
import { openSocket } from "./socket.ts";
import type { PreparedQuery, Statement } from "./statement.ts";
import type { Address, Target } from "./target.ts";

/** The oldest server that has transaction_timeout. */
export const OLDEST_SERVER = 170000;

/** The server cannot be used, and will not become usable by trying again. */
export class UnsupportedServer extends Error {
  override readonly name = "UnsupportedServer";
}

/** What a client learns of its server when it connects. */
export interface ServerFacts {
  readonly pid: number;
  /**
   * One life of the server: changes when a standby is promoted (the WAL's timeline) and when a crash is recovered from
   * (which starts the statistics anew). Only within one life does a transaction id stand for one transaction.
   */
  readonly epoch: string;
}

export interface ClientOptions {
  readonly target: Target;
  readonly applicationName: string;
  /** Whether statements are prepared on the server under a name. */
  readonly prepare: boolean;
}

/** SQL for `ServerFacts.epoch`; on a primary. */
export const EPOCH =
  "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ' ' || pg_stat_get_bgwriter_stat_reset_time()";

const FACTS = `select pg_backend_pid() as pid, current_setting('server_version_num')::int as version,
  case when pg_is_in_recovery() then null else ${EPOCH} end as epoch`;

/** A connection with Drizzle on top and the statements that were built for it. */
export class Client {
  readonly connection: Connection;
  readonly facts: ServerFacts;
  readonly #bornAt = performance.now();
  /** Spreads the replacement of connections that were made together. */
  readonly #lifetimeFactor = 1 + Math.random() / 10;
  /** The session's statement_timeout, ms; 0 is none. */
  statementTimeout = 0;
  readonly #drizzle: PostgresJsDatabase;
  readonly #prepared = new Map<unknown, PreparedQuery<unknown>>();
  #admitted = false;

  private constructor(connection: Connection, facts: ServerFacts) {
    this.connection = connection;
    this.facts = facts;
    const facade = {
      options: { parsers: connection.parsers, serializers: {} },
      unsafe: (text: string, parameters: readonly unknown[] = []) => this.#admit(text, parameters),
    };
    // Drizzle's driver uses these two members of a postgres.js client and no other.
    this.#drizzle = drizzle(facade as unknown as Sql);
  }

  /**
   * Connects to the first address that answers as a primary.
   *
   * @throws UnsupportedServer when the server is too old; else ConnectionLost or the server's refusal, of the last address.
   */
  static async connect(options: ClientOptions, signal: AbortSignal): Promise<Client> {
    let failure: unknown;
    for (const address of options.target.addresses) {
      try {
        return await Client.#connectTo(options, address, signal);
      } catch (error) {
        if (error instanceof UnsupportedServer) throw error;
        failure = error;
      }
      if (signal.aborted) break;
    }
    throw failure;
  }

  static async #connectTo(options: ClientOptions, address: Address, signal: AbortSignal): Promise<Client> {
    const socket = await openSocket(options.target, address, signal);
    const connection = new Connection(socket, options.target, options.applicationName, options.prepare);
    const abort = () => connection.destroy("ETIMEDOUT");
    signal.addEventListener("abort", abort);
    try {
      signal.throwIfAborted();
      const [row] = await connection.simple(FACTS);
      return new Client(connection, readFacts(row));
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  isOlderThan(ms: number): boolean {
    return performance.now() - this.#bornAt > ms * this.#lifetimeFactor;
  }

  /** Runs a statement, building it on the first time. */
  async run<P extends Record<string, unknown>, R>(statement: Statement<P, R>, parameters: P): Promise<R> {
    let prepared = this.#prepared.get(statement);
    if (prepared === undefined) {
      prepared = statement.build({
        drizzle: this.#drizzle,
        execute: (text, values) => this.#admit(text, values),
      });
      this.#prepared.set(statement, prepared);
    }
    // Drizzle calls `unsafe` before `execute` returns. Admitting just that one call keeps a query that was built
    // here from being run later, in the middle of whatever unit of work then holds the connection.
    this.#admitted = true;
    let running: Promise<unknown>;
    try {
      running = prepared.execute(parameters);
    } finally {
      this.#admitted = false;
    }
    // The map holds for each statement what its own `build` returned.
    return (await running) as R;
  }

  #admit(text: string, parameters: readonly unknown[]): RunningStatement {
    if (!this.#admitted) throw new Error("a query runs through Session.run, inside a unit of work");
    this.#admitted = false;
    return this.connection.execute(text, parameters);
  }
}

/** @throws UnsupportedServer for one too old, ConnectionLost for a standby. */
export function readFacts(row: unknown): ServerFacts {
  const { pid, version, epoch } = row as { pid: number; version: number; epoch: string | null };
  if (version < OLDEST_SERVER) {
    const major = Math.trunc(version / 10_000);
    throw new UnsupportedServer(`PostgreSQL 17 or newer is needed (transaction_timeout), the server is ${major}`);
  }
  if (epoch === null) throw new ConnectionLost("25006", new Error("the server is a standby"));
  return { pid, epoch };
}
