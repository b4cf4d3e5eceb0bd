import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { eventually } from "@skyport/testing";
import type { Database } from "../src/index.ts";
import { createFixture, type Fixture, query, raw, reasonOf, soon } from "./support/database.ts";

// Behind a pooler in transaction mode a session is somebody else's after each transaction: what is left on it would reach
// strangers. One connection shows what is left.
let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open({ pooler: "transaction", minConnections: 1, maxConnections: 1 });
  await query(database, "create table items (id integer primary key)");
});
afterAll(() => fixture.close());

const setting = "select current_setting('statement_timeout') as timeout, pg_current_xact_id_if_assigned() as xid";

describe("pooler: transaction", () => {
  test("a read is a transaction of its own with the deadline in it; nothing stays on the session", async () => {
    const [inside] = await query(database, setting, soon().capped(3_000));
    expect(inside).toEqual({ timeout: "4096ms", xid: null });
    const [outside] = await database.transaction({ deadline: soon() }, async (tx) => {
      // Takes back what BEGIN set for the transaction: what shows then is the session's own.
      await tx.run(raw("rollback"), {});
      return tx.run(raw("select current_setting('statement_timeout') as timeout"), {});
    });
    expect(outside).toEqual({ timeout: "0" });
  });

  test("it is one round trip: begin, statement and commit are under way before an answer", async () => {
    await query(database, "select 12345");
    fixture.link.blackhole("up");
    const running = query(database, "select 12345");
    await eventually(() => fixture.link.held > "begin; set local statement_timeout = 16384 commit".length + 15);
    fixture.link.restore();
    expect(await running).toHaveLength(1);
  });

  test("each statement is committed by itself; one that fails takes nothing with it", async () => {
    const work = database.read(soon(), async (session) => {
      await session.run(raw("insert into items values (1)"), {});
      await session.run(raw("insert into items values (1)"), {});
    });
    await expect(work).rejects.toMatchObject({ code: "23505" });
    expect(await query(database, "select id from items")).toEqual([{ id: 1 }]);
  });

  test("several at once keep their order", async () => {
    const rows = await database.read(soon(), (session) =>
      Promise.all([1, 2, 3, 4, 5].map((n) => session.run(raw(`select ${n} as n`), {}))),
    );
    expect(rows.flat()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }]);
  });

  test("a deadline ends the statement on the server", async () => {
    expect(await reasonOf(query(database, "select pg_sleep(5)", Deadline.after(50)))).toBe("DEADLINE_EXCEEDED");
    await eventually(() => database.stats.leased === 0);
    await database.ping(soon());
  });
});
