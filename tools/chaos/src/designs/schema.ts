import { createDatabase, noRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
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

/** Makes the table in an empty database. */
export async function createRows(databaseUrl: string): Promise<void> {
  await using database = createDatabase({ url: databaseUrl, minConnections: 0 });
  await database.transaction({ deadline: Deadline.after(10_000) }, async (tx) => {
    await tx.run(createTable, {});
    await tx.run(createSequence, {});
  });
}
