import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually, startPostgres, type TestPostgres } from "@skyport/testing";
import { createDatabase, type Database, type ReportedOutcome } from "../src/index.ts";
import { query, raw, soon } from "./support/database.ts";

// COMMIT waits for a synchronous standby that never answers. transaction_timeout is off by then, and the transaction is
// committed on the primary, though nobody sees it yet.
let server: TestPostgres;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
  database = createDatabase({ url: server.url, transactionTimeoutMs: 300 });
  await query(database, "create table items (id integer)");
  await standby("nowhere");
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

/** Names the standby that commits wait for; none when empty. */
async function standby(name: string): Promise<void> {
  await query(database, `alter system set synchronous_standby_names = '${name}'`);
  await query(database, "select pg_reload_conf()");
  await eventually(async () => {
    const [row] = await query(database, "select current_setting('synchronous_standby_names') as name");
    expect(row).toEqual({ name });
  });
}

const seen = async () => (await query(database, "select id from items")).length;

test("a COMMIT that stalls is unknown at the deadline, and committed when the standby answers", async () => {
  const outcomes: ReportedOutcome[] = [];
  const onOutcome = async (told: ReportedOutcome) => void outcomes.push(told);
  const work = database.transaction({ deadline: Deadline.after(700), onOutcome }, (tx) =>
    tx.run(raw("insert into items values (1)"), {}),
  );
  await expect(work).rejects.toMatchObject({ details: { metadata: { outcome: "unknown" } } });
  const [told] = outcomes;
  if (typeof told !== "object") throw new Error(`told ${String(told)}`);
  let settled = false;
  void told.unknown.then(() => {
    settled = true;
  });
  expect([await seen(), settled]).toEqual([0, false]);
  await standby("");
  expect(await told.unknown).toBe("committed");
  expect(await seen()).toBe(1);
  await eventually(() => database.stats.leased === 0);
  await database.ping(soon());
});
