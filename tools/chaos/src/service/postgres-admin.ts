import { createDatabase, type Database, noRow, type Session, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

const START_MS = 10_000;
const CALL_MS = 5_000;

const p = sql.placeholder;
const nothing = {};

const install = sqlStatement(sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`, noRow);

const terminate = sqlStatement(
  sql`
  SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND datname = current_database()
    AND application_name = ${p("application")}::text`,
  ({ ended }) => ended === true,
);

// What loads rows into the cache is the one query over an array of ids.
const loads = sqlStatement(
  sql`
  SELECT coalesce(sum(calls), 0)::bigint AS calls FROM pg_stat_statements
  WHERE query LIKE '%jsonb_array_elements_text(%products.id = wanted.id%'`,
  ({ calls }) => Number(calls),
);

const plant = sqlStatement(
  sql`UPDATE products SET title = ${p("title")}::text WHERE id = ${p("id")}::text RETURNING 1 AS one`,
  () => true,
);

const insert = sqlStatement(
  sql`
  INSERT INTO products
    (id, title, passenger_capacity, maximum_speed, in_stock, price_currency, price_units, price_nanos, revision)
  SELECT ${p("name")}::text || '-' || n, 'new', 0, 0, 0, NULL, NULL, NULL, nextval('revisions')
  FROM generate_series(1, ${p("count")}::integer) AS n`,
  noRow,
);

/** The run's own way into the database, past the services' links. */
export class PostgresAdmin implements AsyncDisposable {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(url: string): Promise<PostgresAdmin> {
    const database = createDatabase({ url, applicationName: "chaos", minConnections: 1, maxConnections: 3 });
    await database.start(Deadline.after(START_MS));
    await database.read(Deadline.after(CALL_MS), (session) => session.run(install, nothing));
    return new PostgresAdmin(database);
  }

  /** Ends every session of the services; returns how many there were. */
  async terminateSessions(application: string): Promise<number> {
    return (await this.#read((session) => session.run(terminate, { application }))).filter(Boolean).length;
  }

  /** How many queries the services have made to load rows; counts again from 0 after the server has crashed. */
  async loads(): Promise<number> {
    return (await this.#read((session) => session.run(loads, nothing)))[0] ?? 0;
  }

  /** Changes a row behind the services' backs, which only a read from the database can show. */
  async plant(id: string, title: string): Promise<void> {
    const rows = await this.#read((session) => session.run(plant, { id, title }));
    if (rows.length !== 1) throw new Error(`there is no product ${id}`);
  }

  /** Makes the products `name-1` to `name-count`, which nobody has asked for yet. */
  async insert(name: string, count: number): Promise<void> {
    await this.#read((session) => session.run(insert, { name, count }));
  }

  #read<R>(body: (session: Session) => Promise<R>): Promise<R> {
    return this.#database.read(Deadline.after(CALL_MS), body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }
}
