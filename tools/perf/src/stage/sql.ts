import { createDatabase, type RawRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** Runs SQL in one of the tool's own databases, one statement at a time. */
export interface Sql extends AsyncDisposable {
  /** Runs one statement and gives its rows. */
  (text: string): Promise<readonly RawRow[]>;
}

/** Filling ten million rows is one statement that takes minutes. */
const TIMEOUT_MS = 3_600_000;

/** One connection to a database that this tool has made. */
export function openSql(url: string): Sql {
  const database = createDatabase({
    url,
    applicationName: "perf",
    minConnections: 0,
    maxConnections: 1,
    transactionTimeoutMs: TIMEOUT_MS,
  });
  const run = (text: string): Promise<readonly RawRow[]> =>
    database.read(Deadline.after(TIMEOUT_MS), (session) =>
      session.run(
        sqlStatement<Record<string, never>, RawRow>(sql.raw(text), (row) => row),
        {},
      ),
    );
  return Object.assign(run, { [Symbol.asyncDispose]: () => database.close() });
}

/** The name of the database that an address leads to. */
export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
