import { createDatabase, noRow, rowOf, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { sql } from "drizzle-orm";
import { bigint, pgTable, text } from "drizzle-orm/pg-core";

/** The rows that the designs cache. */
export const rows = pgTable("rows", {
  id: text("id").primaryKey(),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  mark: text("mark").notNull(),
});

const createTable = sqlStatement(
  sql`CREATE TABLE rows (id text PRIMARY KEY, revision bigint NOT NULL, mark text NOT NULL)`,
  noRow,
);
const createSequence = sqlStatement(sql`CREATE SEQUENCE revisions`, noRow);

const insert = sqlStatement(
  sql`
  INSERT INTO rows (id, revision, mark) VALUES (${sql.placeholder("id")}, nextval('revisions'), ${sql.placeholder("mark")})
  RETURNING id, revision, mark`,
  rowOf(rows),
);

/** Makes the table in an empty database. */
export async function createRows(databaseUrl: string): Promise<void> {
  await using database = createDatabase({ url: databaseUrl, minConnections: 0 });
  await database.transaction({ deadline: Deadline.after(10_000) }, async (tx) => {
    await tx.run(createTable, {});
    await tx.run(createSequence, {});
  });
}

/** Adds rows past every cache, which must not have heard of them yet. */
export async function insertRows(databaseUrl: string, keys: readonly string[]): Promise<Map<string, Seen>> {
  await using database = createDatabase({ url: databaseUrl, minConnections: 0 });
  const made = await database.transaction({ deadline: Deadline.after(10_000) }, (tx) =>
    Promise.all(keys.map((id) => tx.run(insert, { id, mark: `initial-${id}` }))),
  );
  return new Map(made.flat().map(({ id, revision, mark }) => [id, { version: revision, mark }]));
}
