import { createDatabase, noRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

const CALL_MS = 10_000;

/** Makes a role for each name, and tells how each connects to a database: sessions then tell whose they are. */
export async function createRoles(
  url: string,
  names: readonly string[],
): Promise<(name: string, databaseUrl: string) => string> {
  await using database = createDatabase({ url, minConnections: 0, maxConnections: 1 });
  const { password } = new URL(url);
  for (const name of names) {
    const role = sqlStatement(sql.raw(`CREATE ROLE "${name}" SUPERUSER LOGIN PASSWORD '${password}'`), noRow);
    await database.read(Deadline.after(CALL_MS), (session) => session.run(role, {}));
  }
  return (name, databaseUrl) => {
    const own = new URL(databaseUrl);
    own.username = name;
    own.password = password;
    return own.href;
  };
}
