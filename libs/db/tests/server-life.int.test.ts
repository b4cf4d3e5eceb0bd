import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { createLink, eventually, type Link, startPostgres, type TestPostgres } from "@skyport/testing";
import { EPOCH } from "../src/connection/client.ts";
import { createDatabase, type Database, type ReportedOutcome } from "../src/index.ts";
import { query, raw, soon } from "./support/database.ts";

let server: TestPostgres;
let link: Link;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
  link = await createLink({ port: server.port });
  database = createDatabase({ url: link.through(server.url), maxConnections: 4 });
  await query(database, "create table items (id integer)");
});
afterAll(async () => {
  await database.close();
  await link.close();
  await server.stop();
});

const epoch = () => eventually(async () => (await query(database, `select ${EPOCH} as epoch`))[0]?.["epoch"]);

test("a server's life ends with a crash, not with an orderly restart", async () => {
  const first = await epoch();
  await server.restart({ mode: "fast" });
  expect(await epoch()).toEqual(first);
  await server.restart({ mode: "immediate" });
  const second = await epoch();
  expect(second).not.toEqual(first);
  await server.kill();
  await server.restart();
  expect(await epoch()).not.toEqual(second);
});

test("an id that a crash made free again is not taken for ours: after it, no COMMIT is called committed", async () => {
  const outcomes: ReportedOutcome[] = [];
  await eventually(() => database.ping(soon()));
  const begun = Promise.withResolvers<bigint>();
  const onOutcome = async (told: ReportedOutcome) => void outcomes.push(told);
  const work = database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
    // Nothing is written, so nothing of the id is in the WAL when the server crashes.
    link.blackhole("up");
    begun.resolve(tx.xid);
  });
  const refused = work.catch((error: unknown) => error);
  const xid = await begun.promise;
  await eventually(() => link.held > 0);
  await server.kill();
  link.cut();
  await server.restart();
  // Others take the id.
  await using other = createDatabase({ url: server.url });
  for (let next = 0n; next <= xid; ) {
    next = await other.transaction({ deadline: soon() }, async (tx) => {
      await tx.run(raw("insert into items values (1)"), {});
      return tx.xid;
    });
  }
  const [row] = await query(other, `select pg_xact_status('${xid}'::xid8) as status`, Deadline.after(5_000));
  expect(row).toEqual({ status: "committed" });
  link.restore();
  expect(await refused).toMatchObject({
    reason: "DATABASE_UNAVAILABLE",
    details: { metadata: { outcome: "unknown" } },
  });
  const [told] = outcomes;
  await expect(typeof told === "object" ? told.unknown : told).rejects.toMatchObject({
    reason: "DATABASE_UNAVAILABLE",
  });
});
