import { createDatabase, type RawRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** Plants damage in a service's database, behind its back. */
export interface Sql extends AsyncDisposable {
  /** Runs one statement. */
  (text: string): Promise<readonly RawRow[]>;
}

const TIMEOUT_MS = 20_000;

export function openSql(url: string): Sql {
  const database = createDatabase({ url, applicationName: "test", minConnections: 0, maxConnections: 1 });
  const run = (text: string): Promise<readonly RawRow[]> =>
    database.read(Deadline.after(TIMEOUT_MS), (session) =>
      session.run(
        sqlStatement<Record<string, never>, RawRow>(sql.raw(text), (row) => row),
        {},
      ),
    );
  return Object.assign(run, { [Symbol.asyncDispose]: () => database.close() });
}
