import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { notFound } from "@skyport/errors";
import { eventually } from "@skyport/testing";
import { sql } from "drizzle-orm";
import {
  type Database,
  IN_TRANSACTION,
  noRow,
  type ReportedOutcome,
  retryContention,
  sqlStatement,
  type Transaction,
  violatedConstraint,
} from "../src/index.ts";
import { createFixture, type Fixture, query, raw, reasonOf, soon } from "./support/database.ts";

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open({ maxConnections: 4 });
  await query(fixture.admin, "create table items (id integer primary key, stock integer not null default 0)");
  await query(fixture.admin, "create table late (id integer unique deferrable initially deferred)");
});
beforeEach(() => query(fixture.admin, "truncate items, late"));
afterAll(() => fixture.close());

const insert = (id: number, table = "items") => raw(`insert into ${table} (id) values (${id})`);
const ids = async () => (await query(fixture.admin, "select id from items order by id")).map(({ id }) => id);

/** Collects what `onOutcome` is told. */
function recorder() {
  const outcomes: ReportedOutcome[] = [];
  return { outcomes, onOutcome: async (outcome: ReportedOutcome) => void outcomes.push(outcome) };
}

describe("all or nothing", () => {
  test("a body that returns is committed", async () => {
    const { outcomes, onOutcome } = recorder();
    const result = await database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
      await tx.run(insert(1), {});
      await tx.run(insert(2), {});
      expect(await ids()).toEqual([]);
      expect(outcomes).toEqual([]);
      return "done";
    });
    expect([result, await ids(), outcomes]).toEqual(["done", [1, 2], ["committed"]]);
  });

  test("a body that throws is rolled back, and its error passes unchanged", async () => {
    const { outcomes, onOutcome } = recorder();
    const error = notFound("product", "x");
    const work = database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
      await tx.run(insert(1), {});
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect([await ids(), outcomes]).toEqual([[], ["rolled_back"]]);
  });

  test("a body that goes on after a failed statement is not taken for committed", async () => {
    const { outcomes, onOutcome } = recorder();
    await query(fixture.admin, "insert into items values (1)");
    const work = database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
      await tx.run(insert(2), {});
      await tx.run(insert(1), {}).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ name: "DatabaseError", code: "23505", constraint: "items_pkey" });
    expect([await ids(), outcomes]).toEqual([[1], ["rolled_back"]]);
  });

  test("a COMMIT that the server refuses is a rollback", async () => {
    const { outcomes, onOutcome } = recorder();
    const work = database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
      await tx.run(insert(3), {});
      await tx.run(insert(1, "late"), {});
      await tx.run(insert(1, "late"), {});
    });
    expect(violatedConstraint(await work.catch((error: unknown) => error))).toBe("late_id_key");
    expect([await ids(), outcomes]).toEqual([[], ["rolled_back"]]);
  });

  test("a body that leaves a statement running is rolled back", async () => {
    const work = database.transaction({ deadline: soon() }, async (tx) => {
      await tx.run(insert(1), {});
      void tx.run(raw("select pg_sleep(0.05)"), {}).catch(() => undefined);
    });
    await expect(work).rejects.toThrow(/while a statement was running/);
    expect(await ids()).toEqual([]);
    await eventually(() => database.stats.leased === 0);
  });

  describe("with COMMIT behind the last statements", () => {
    test("they are committed, and their results are known", async () => {
      const { outcomes, onOutcome } = recorder();
      const result = await database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
        await tx.run(insert(1), {});
        const [[row]] = await tx.last(() => [
          tx.run(raw("select count(*) as n from items"), {}),
          tx.run(insert(2), {}),
        ]);
        expect(outcomes).toEqual([]);
        return row;
      });
      expect([result, await ids(), outcomes]).toEqual([{ n: 1n }, [1, 2], ["committed"]]);
    });

    test("the error of one rolls all back", async () => {
      const { outcomes, onOutcome } = recorder();
      await query(fixture.admin, "insert into items values (1)");
      const work = database.transaction({ deadline: soon(), onOutcome }, (tx) =>
        tx.last(() => [tx.run(insert(2), {}), tx.run(insert(1), {}), tx.run(insert(3), {})]),
      );
      await expect(work).rejects.toMatchObject({ name: "DatabaseError", code: "23505", constraint: "items_pkey" });
      expect([await ids(), outcomes]).toEqual([[1], ["rolled_back"]]);
    });

    test("one that cannot even be sent rolls the others back", async () => {
      const { outcomes, onOutcome } = recorder();
      const unfit = sqlStatement(sql`insert into items (id) values (${sql.placeholder("id")}::integer)`, noRow);
      const work = database.transaction({ deadline: soon(), onOutcome }, (tx) =>
        tx.last(() => [tx.run(insert(1), {}), tx.run(unfit, { id: Symbol("no value") }), tx.run(insert(2), {})]),
      );
      await expect(work).rejects.toThrow();
      expect([await ids(), outcomes]).toEqual([[], ["rolled_back"]]);
    });

    test("what fails before its statement is started rolls the others back", async () => {
      const refuse = async (): Promise<unknown> => {
        throw notFound("product", "x");
      };
      const work = database.transaction({ deadline: soon() }, (tx) => tx.last(() => [tx.run(insert(1), {}), refuse()]));
      expect(await reasonOf(work)).toBe("PRODUCT_NOT_FOUND");
      expect(await ids()).toEqual([]);
    });

    test("a refusal by COMMIT itself is a rollback", async () => {
      const { outcomes, onOutcome } = recorder();
      const work = database.transaction({ deadline: soon(), onOutcome }, (tx) =>
        tx.last(() => [tx.run(insert(3), {}), tx.run(insert(1, "late"), {}), tx.run(insert(1, "late"), {})]),
      );
      expect(violatedConstraint(await work.catch((error: unknown) => error))).toBe("late_id_key");
      expect([await ids(), outcomes]).toEqual([[], ["rolled_back"]]);
    });

    test("what the body throws afterwards does not undo it, and is thrown", async () => {
      const { outcomes, onOutcome } = recorder();
      const error = notFound("product", "x");
      const work = database.transaction({ deadline: soon(), onOutcome }, async (tx) => {
        await tx.last(() => [tx.run(insert(1), {})]);
        throw error;
      });
      await expect(work).rejects.toBe(error);
      expect([await ids(), outcomes]).toEqual([[1], ["committed"]]);
    });

    test("nothing runs after it", async () => {
      const work = database.transaction({ deadline: soon() }, async (tx) => {
        await tx.last(() => [tx.run(insert(1), {})]);
        await tx.run(insert(2), {});
      });
      await expect(work).rejects.toThrow(/the unit of work is over/);
      expect(await ids()).toEqual([1]);
    });

    test("a lock that is waited for too long ends it, and the caller hears that the outcome is open", async () => {
      const { outcomes, onOutcome } = recorder();
      await query(fixture.admin, "insert into items values (1)");
      await database.transaction({ deadline: soon() }, async (holder) => {
        await holder.run(raw("update items set stock = 9 where id = 1"), {});
        const work = database.transaction({ deadline: Deadline.after(400), onOutcome }, (tx) =>
          tx.last(() => {
            // The server's limit is the caller's: what it says of it must not come first.
            fixture.link.blackhole("down");
            return [tx.run(insert(2), {}), tx.run(raw("update items set stock = 1 where id = 1"), {})];
          }),
        );
        expect(await reasonOf(work)).toBe("DATABASE_UNAVAILABLE");
        fixture.link.restore();
        const [outcome] = outcomes;
        expect(typeof outcome === "string" ? outcome : await outcome?.unknown).toBe("rolled_back");
      });
      expect(await ids()).toEqual([1]);
    });
  });

  describe("with statements that travel with BEGIN", () => {
    const ahead = sqlStatement(
      sql`insert into items (id) select 1 where ${IN_TRANSACTION} returning id, pg_current_xact_id()::text as xid`,
      (row) => row,
    );

    test("they belong to the transaction, and the body knows their results", async () => {
      const work = database.transaction(
        { deadline: soon(), ahead: (session) => session.run(ahead, {}) },
        async (tx, rows) => {
          expect(rows).toEqual([{ id: 1, xid: tx.xid.toString() }]);
          throw notFound("product", "x");
        },
      );
      expect(await reasonOf(work)).toBe("PRODUCT_NOT_FOUND");
      expect(await ids()).toEqual([]);
    });

    test("their error is the transaction's", async () => {
      await query(fixture.admin, "insert into items values (1)");
      const body = async () => {
        throw new Error("the body was run");
      };
      const work = database.transaction({ deadline: soon(), ahead: (session) => session.run(ahead, {}) }, body);
      await expect(work).rejects.toMatchObject({ code: "23505" });
    });

    test("they change nothing when BEGIN fails", async () => {
      // As when a cancel hits just that statement.
      const isolation = "no such level" as "serializable";
      const work = database.transaction(
        { deadline: soon(), isolation, ahead: (session) => session.run(ahead, {}) },
        async () => undefined,
      );
      await expect(work).rejects.toMatchObject({ code: "42601" });
      await eventually(() => database.stats.leased === 0);
      expect(await ids()).toEqual([]);
    });

    test("without the condition they are refused", async () => {
      const work = database.transaction(
        { deadline: soon(), ahead: (session) => session.run(insert(1), {}) },
        async () => undefined,
      );
      await expect(work).rejects.toThrow(/IN_TRANSACTION/);
      expect(await ids()).toEqual([]);
    });
  });

  test("nothing runs in a transaction that is over", async () => {
    let kept: Transaction | undefined;
    await database.transaction({ deadline: soon() }, async (tx) => {
      kept = tx;
    });
    await expect(kept?.run(insert(1), {})).rejects.toThrow(/the unit of work is over/);
    expect(await ids()).toEqual([]);
  });

  test("the connection is whole afterwards, whatever happened", async () => {
    await using single = fixture.open({ minConnections: 1, maxConnections: 1 });
    const pid = async () => (await query(single, "select pg_backend_pid() as pid"))[0]?.["pid"];
    const before = await pid();
    await single.transaction({ deadline: soon() }, (tx) => tx.run(insert(1), {}));
    await reasonOf(single.transaction({ deadline: soon() }, (tx) => tx.run(insert(1), {})));
    await reasonOf(
      single.transaction({ deadline: soon() }, (tx) =>
        Promise.all([tx.run(insert(1), {}), tx.run(raw("select pg_sleep(0.03)"), {})]),
      ),
    );
    await single.snapshot(soon(), async () => undefined);
    expect(await pid()).toBe(before);
  });
});

describe("a lost connection", () => {
  test("rejects every statement at once, also those that the driver had not sent yet", async () => {
    const echo = [1, 2, 3].map((n) =>
      sqlStatement<{ n: number }, unknown>(sql`select ${sql.placeholder("n")}::integer + ${sql.raw(String(n))}`, noRow),
    );
    let settled: readonly PromiseSettledResult<unknown>[] = [];
    const work = database.transaction({ deadline: soon() }, async (tx) => {
      const [row] = await tx.run(raw("select pg_backend_pid() as pid"), {});
      const waiting = [tx.run(raw("select pg_sleep(5)"), {}), ...echo.map((each) => tx.run(each, { n: 1 }))];
      await query(fixture.admin, `select pg_terminate_backend(${String(row?.["pid"])})`);
      settled = await Promise.allSettled(waiting);
      throw new Error("the body's own");
    });
    await expect(work).rejects.toMatchObject({ reason: "DATABASE_UNAVAILABLE", cause: { code: "57P01" } });
    await eventually(() => settled.length === 4);
    for (const result of settled) {
      expect(result).toMatchObject({ status: "rejected", reason: { reason: "DATABASE_UNAVAILABLE" } });
    }
  });
});

describe("onOutcome", () => {
  test("what it throws after a COMMIT is thrown; after a rollback the first error is", async () => {
    const onOutcome = () => Promise.reject(new Error("from the callback"));
    const options = { deadline: soon(), onOutcome };
    await expect(database.transaction(options, (tx) => tx.run(insert(1), {}))).rejects.toThrow("from the callback");
    await expect(database.transaction(options, () => Promise.reject(new Error("first")))).rejects.toThrow("first");
    expect(await ids()).toEqual([1]);
  });

  test("holds no connection while it is awaited", async () => {
    await using single = fixture.open({ minConnections: 1, maxConnections: 1 });
    await single.transaction({ deadline: soon(), onOutcome: () => single.ping(soon()) }, async () => undefined);
  });

  test("is told of a rollback when no transaction could begin", async () => {
    const { outcomes, onOutcome } = recorder();
    const closed = fixture.open();
    await closed.close();
    const work = closed.transaction({ deadline: soon(), onOutcome }, async () => undefined);
    expect(await reasonOf(work)).toBe("DATABASE_UNAVAILABLE");
    expect(outcomes).toEqual(["rolled_back"]);
  });
});

describe("the transaction's id", () => {
  test("is the one that the server writes into rows", async () => {
    const [seen, own] = await database.transaction({ deadline: soon() }, async (tx) => {
      const [row] = await tx.run(raw("insert into items (id) values (1) returning xmin::text as xmin"), {});
      return [row?.["xmin"], tx.xid] as const;
    });
    expect(seen).toBe(String(own & 0xffff_ffffn));
  });
});

describe("contention", () => {
  test("two that wait for each other: one gets CONTENTION, and succeeds when it is run again", async () => {
    await query(fixture.admin, "insert into items values (1, 0), (2, 0)");
    const add = (id: number) => raw(`update items set stock = stock + 1 where id = ${id}`);
    const first = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    let conflicts = 0;
    // A second attempt that came before the other's end would be another deadlock.
    const done = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const crossed = (own: number, other: number, mine: 0 | 1) => {
      let attempts = 0;
      return retryContention(soon(), async () => {
        attempts += 1;
        if (attempts > 1) await done[1 - mine]?.promise;
        await database
          .transaction({ deadline: soon() }, async (tx) => {
            await tx.run(add(own), {});
            first[mine]?.resolve();
            await Promise.all(first.map(({ promise }) => promise));
            await tx.run(add(other), {});
          })
          .catch((error: unknown) => {
            conflicts += 1;
            throw error;
          });
        done[mine].resolve();
      });
    };
    await Promise.all([crossed(1, 2, 0), crossed(2, 1, 1)]);
    expect(conflicts).toBe(1);
    expect(await query(fixture.admin, "select stock from items")).toEqual([{ stock: 2 }, { stock: 2 }]);
  });

  test("a serialization failure is CONTENTION", async () => {
    await query(fixture.admin, "insert into items values (1, 0)");
    const work = database.transaction({ deadline: soon(), isolation: "repeatable read" }, async (tx) => {
      await tx.run(raw("select * from items"), {});
      await query(fixture.admin, "update items set stock = 7");
      await tx.run(raw("update items set stock = 8"), {});
    });
    expect(await reasonOf(work)).toBe("CONTENTION");
  });
});

describe("time", () => {
  test("the server ends a transaction that takes longer than its limit, whatever the session's default", async () => {
    const name = new URL(fixture.url).pathname.slice(1);
    await query(fixture.admin, `alter database ${name} set transaction_timeout = '20s'`);
    await using limited = fixture.open({ transactionTimeoutMs: 50 });
    const { outcomes, onOutcome } = recorder();
    const never = new Promise<never>(() => undefined);
    const work = limited.transaction({ deadline: soon(), onOutcome }, async (tx) => {
      await tx.run(insert(1), {});
      await never;
    });
    await expect(work).rejects.toMatchObject({ reason: "CONTENTION", cause: { code: "25P04" } });
    expect([await ids(), outcomes]).toEqual([[], ["rolled_back"]]);
    await query(fixture.admin, `alter database ${name} reset transaction_timeout`);
  });

  test("the caller's deadline ends it earlier: on the server too", async () => {
    await query(fixture.admin, "insert into items values (1, 0)");
    const gate = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = database.transaction({ deadline: soon() }, async (tx) => {
      await tx.run(raw("update items set stock = 1"), {});
      locked.resolve();
      await gate.promise;
    });
    await locked.promise;
    const waiting = database.transaction({ deadline: Deadline.after(100) }, (tx) =>
      tx.run(raw("update items set stock = 2"), {}),
    );
    expect(await reasonOf(waiting)).toBe("DEADLINE_EXCEEDED");
    await eventually(async () => {
      const blocked = await query(
        fixture.admin,
        "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return blocked.length === 0;
    });
    gate.resolve();
    await holder;
    expect(await query(fixture.admin, "select stock from items")).toEqual([{ stock: 1 }]);
  });

  test("a read's statement_timeout does not reach into a transaction", async () => {
    await using single = fixture.open({ minConnections: 1, maxConnections: 1 });
    await single.start(soon());
    await query(single, "select 1", Deadline.after(60));
    const [row] = await single.transaction({ deadline: soon() }, async (tx) => {
      await tx.run(raw("select pg_sleep(0.1)"), {});
      return tx.run(raw("select current_setting('statement_timeout') as timeout"), {});
    });
    expect(row).toEqual({ timeout: "0" });
  });

  test("a body that ends after the deadline is rolled back", async () => {
    const deadline = Deadline.after(30);
    const work = database.transaction({ deadline }, async (tx) => {
      await tx.run(insert(1), {});
      await eventually(() => deadline.expired);
    });
    expect(await reasonOf(work)).toBe("DEADLINE_EXCEEDED");
    expect(await ids()).toEqual([]);
  });
});

describe("snapshot", () => {
  test("all of its statements see one moment", async () => {
    const counts = await database.snapshot(soon(), async (session) => {
      const before = await session.run(raw("select count(*) as n from items"), {});
      await query(fixture.admin, "insert into items values (1)");
      return [before, await session.run(raw("select count(*) as n from items"), {})];
    });
    expect(counts).toEqual([[{ n: 0n }], [{ n: 0n }]]);
  });

  test("writes nothing", async () => {
    expect(await reasonOf(database.snapshot(soon(), (session) => session.run(insert(1), {})))).toBe(
      "DATABASE_UNAVAILABLE",
    );
    expect(await ids()).toEqual([]);
  });
});
