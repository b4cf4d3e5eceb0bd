import type { Transactor } from "@skyport/cache";
import { createDatabase, type Database, noRow, rowOf, type Session, sqlStatement, type Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { sql } from "drizzle-orm";
import type { Points } from "../worker/points.ts";
import type { Counts } from "./counts.ts";
import { rows } from "./schema.ts";

const p = sql.placeholder;

const find = sqlStatement(
  sql`SELECT id, revision, mark FROM rows WHERE id IN (SELECT jsonb_array_elements_text(${p("ids")}::jsonb))`,
  rowOf(rows),
);

// The revision is drawn under the lock, so that a key's revisions are in the order of its commits, across delete and create too.
const lock = sqlStatement(sql`SELECT pg_advisory_xact_lock(hashtextextended(${p("id")}::text, 0))`, noRow);

const upsert = sqlStatement(
  sql`
  INSERT INTO rows (id, revision, mark) VALUES (${p("id")}, nextval('revisions'), ${p("mark")})
  ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, mark = excluded.mark
  RETURNING id, revision, mark`,
  rowOf(rows),
);

const drop = sqlStatement(
  sql`DELETE FROM rows WHERE id = ${p("id")} AND revision = ${p("revision")} RETURNING id, revision, mark`,
  rowOf(rows),
);

/** A row as it was read or written. */
export interface Row {
  readonly version: bigint;
  readonly mark: string;
}

/** Changes the row, or creates it, and returns it as it is now. */
export async function putRow(tx: Transaction, key: string, mark: string): Promise<Row> {
  await tx.run(lock, { id: key });
  const [row] = await tx.run(upsert, { id: key, mark });
  if (row === undefined) throw new Error("the row was not written");
  return { version: row.revision, mark: row.mark };
}

/** Removes the row; false when it is not there at this version. */
export async function removeRow(tx: Transaction, key: string, version: bigint): Promise<boolean> {
  await tx.run(lock, { id: key });
  return (await tx.run(drop, { id: key, revision: version })).length > 0;
}

/** Rows by key; those that do not exist are left out. */
export async function findRows(session: Session, keys: readonly string[]): Promise<Map<string, Row>> {
  const found = await session.run(find, { ids: JSON.stringify(keys) });
  return new Map(found.map(({ id, revision, mark }) => [id, { version: revision, mark }]));
}

/** The state that a row, or its absence, is. */
export function seenOf(row: Row | undefined): Seen {
  return { version: row?.version, mark: row?.mark };
}

/**
 * The rows of the database, with the named points around its reads and writes: the same pauses for every design, at the
 * same places.
 */
export class Rows implements Transactor<Transaction>, AsyncDisposable {
  readonly database: Database;
  readonly #points: Points;
  readonly #counts: Counts;

  constructor(databaseUrl: string, points: Points, counts: Counts) {
    // More connections than loops: the pool is not what is measured.
    this.database = createDatabase({ url: databaseUrl, maxConnections: 16 });
    this.#points = points;
    this.#counts = counts;
  }

  /** Rows by key; those that do not exist are left out. */
  async load(keys: readonly string[], deadline: Deadline): Promise<Map<string, Row>> {
    const found = await this.database.read(deadline, (session) => findRows(session, keys));
    this.#counts.add("load");
    await this.#points.reach("loaded");
    return found;
  }

  transaction<R>(
    options: Parameters<Transactor<Transaction>["transaction"]>[0],
    body: (tx: Transaction) => Promise<R>,
  ): Promise<R> {
    const { deadline, onOutcome } = options;
    const told: typeof onOutcome = async (outcome) => {
      if (outcome === "committed") await this.#points.reach("committed");
      await onOutcome(outcome);
    };
    return this.database.transaction({ deadline, onOutcome: told }, async (tx) => {
      const result = await body(tx);
      await this.#points.reach("changed");
      return result;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.database.close();
  }
}
