import { createDatabase, noRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import { sql } from "drizzle-orm";

const LONG_MS = 20_000;

const waiting = sqlStatement<Record<string, never>, bigint>(
  sql`SELECT count(*) AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
  (row) => BigInt(String(row["waiting"])),
);

/**
 * Runs `body` while a transaction has run `statement` and is open, then ends it. `waiters(n)` resolves when n sessions of
 * the database wait for a lock; `run` runs one more statement in the transaction.
 */
export async function holding(
  databaseUrl: string,
  statement: string,
  body: (waiters: (count: number) => Promise<void>, run: (statement: string) => Promise<void>) => Promise<void>,
  end: "commit" | "rollback" = "rollback",
): Promise<void> {
  const database = createDatabase({ url: databaseUrl, applicationName: "holder", transactionTimeoutMs: LONG_MS });
  const waiters = async (count: number): Promise<void> => {
    await eventually(async () => {
      const [found = 0n] = await database.read(Deadline.after(LONG_MS), (session) => session.run(waiting, {}));
      return found >= BigInt(count);
    });
  };
  const done = new Error("rolled back on purpose");
  try {
    await database.transaction({ deadline: Deadline.after(LONG_MS) }, async (tx) => {
      const run = async (text: string): Promise<void> => {
        await tx.run(sqlStatement(sql.raw(text), noRow), {});
      };
      await run(statement);
      await body(waiters, run);
      if (end === "rollback") throw done;
    });
  } catch (error) {
    if (error !== done) throw error;
  } finally {
    await database.close();
  }
}
