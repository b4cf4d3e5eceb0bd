import { createDatabase, type RawRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** A session of the test's own: looks at rows, and plants damage, behind the service's back. */
export interface Sql extends AsyncDisposable {
  /** Runs one statement; int8 comes as bigint, json parsed, the rest as text. */
  (text: string): Promise<readonly RawRow[]>;
}

const TIMEOUT_MS = 120_000;

/** A statement of a fixed text. */
export const raw = (text: string) => sqlStatement<Record<string, never>, RawRow>(sql.raw(text), (row) => row);

export function openSql(url: string): Sql {
  const database = createDatabase({ url, applicationName: "test", minConnections: 0, maxConnections: 1 });
  const run = (text: string): Promise<readonly RawRow[]> =>
    database.read(Deadline.after(TIMEOUT_MS), (session) => session.run(raw(text), {}));
  return Object.assign(run, { [Symbol.asyncDispose]: () => database.close() });
}

/** A text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
