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
  await query(database, "alter system set synchronous_standby_names = 'nowhere'");
  // After a reload each process of the server learns of it in its own time, the one that commits wait by among them.
  await server.restart();
  await eventually(() => database.ping(soon()));
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

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
  await query(database, "alter system set synchronous_standby_names = ''");
  await query(database, "select pg_reload_conf()");
  expect(await told.unknown).toBe("committed");
  expect(await seen()).toBe(1);
  await eventually(() => database.stats.leased === 0);
  await database.ping(soon());
});
