import {
  createDatabase,
  type Database,
  type Parameters,
  type Session,
  type Statement,
  sqlStatement,
} from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";
import { HOLD_MS, Hold } from "./hold.ts";

const START_MS = 15_000;
const CALL_MS = 5_000;

const p = sql.placeholder;

// Each instance has a role of its own, so that the role tells whose session it is.
const waiting = sqlStatement(
  sql`SELECT usename::text AS role FROM pg_stat_activity WHERE ${p("pid")}::integer = ANY (pg_blocking_pids(pid))`,
  ({ role }) => String(role),
);

const terminate = sqlStatement(
  sql`
  SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
  WHERE datname = current_database() AND usename = ${p("role")}::text`,
  ({ ended }) => ended === true,
);

/** This run's own way into the database of one of the services, past every link. */
export class DataSide implements AsyncDisposable {
  readonly #database: Database;

  protected constructor(database: Database) {
    this.#database = database;
  }

  protected static async connect(url: string): Promise<Database> {
    const database = createDatabase({
      url,
      applicationName: "chaos",
      minConnections: 1,
      maxConnections: 6,
      transactionTimeoutMs: HOLD_MS,
    });
    await database.start(Deadline.after(START_MS));
    return database;
  }

  /** The instances whose sessions wait for what this one holds. */
  waitingFor({ pid }: Hold): Promise<string[]> {
    return this.rows(waiting, { pid });
  }

  /** Ends the sessions of one instance; returns how many there were. */
  async terminateSessions(role: string): Promise<number> {
    return (await this.rows(terminate, { role })).filter(Boolean).length;
  }

  protected rows<P extends Parameters, R>(statement: Statement<P, R>, params: P): Promise<R> {
    return this.read((session) => session.run(statement, params));
  }

  protected read<R>(body: (session: Session) => Promise<R>): Promise<R> {
    return this.#database.read(Deadline.after(CALL_MS), body);
  }

  protected hold<P extends Parameters, R>(lock: Statement<P, R>, params: P): Promise<Hold> {
    return Hold.take(this.#database, lock, params);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }
}
