import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import {
  appendChange,
  appendChanges,
  CHANGES_PARTITIONS,
  type Database,
  DB_MIGRATIONS,
  Maintenance,
  maintainPartitions,
  migrate,
} from "../src/index.ts";
import { createFixture, type Fixture, query, raw, soon } from "./support/database.ts";

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  await migrate({ url: fixture.url, components: [DB_MIGRATIONS] });
  database = fixture.open({ maxConnections: 6 });
});
afterAll(() => fixture.close());

/** A table with rows of `hours` ago, each in a partition of its own. */
async function tableWith(name: string, ...hours: readonly number[]): Promise<void> {
  await query(
    database,
    `create table ${name} (id integer generated always as identity, at timestamptz not null default now(),
      note text not null default 'none' check (note <> ''), primary key (id, at)) partition by range (at)`,
  );
  for (const hour of hours) {
    await query(
      database,
      `do $$ declare f timestamptz := date_trunc('hour', now(), 'UTC') - interval '${hour} hours'; begin
        execute format('create table ${name}_old_${hour} partition of ${name} for values from (%L) to (%L)', f, f + interval '1 hour');
        insert into ${name} (at) values (f);
      end $$`,
    );
  }
}

const partitions = async (table: string) =>
  (
    await query(
      database,
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = '${table}'::regclass
    order by 1`,
    )
  ).map(({ name }) => String(name));

describe("maintainPartitions", () => {
  test("makes those from the unit before now to the last ahead, once, with several at it", async () => {
    await tableWith("ahead");
    const plan = { table: "ahead", every: "day", ahead: 2 } as const;
    const reports = await Promise.all([1, 2, 3].map(() => maintainPartitions(database, plan, soon())));
    expect(reports.map(({ created }) => created.length).sort()).toEqual([0, 0, 4]);
    expect(await partitions("ahead")).toEqual(reports.flatMap(({ created }) => created).sort());
    const [row] = await query(database, "select to_char(now() at time zone 'UTC', '\"ahead_p\"YYYYMMDD') as today");
    expect(await partitions("ahead")).toContain(row?.["today"]);
  });

  test("partitions have what their table has", async () => {
    await tableWith("whole");
    await maintainPartitions(database, { table: "whole", every: "hour", ahead: 1 }, soon());
    expect(await query(database, "insert into whole default values returning id, note")).toEqual([
      { id: 1, note: "none" },
    ]);
    await expect(query(database, "insert into whole (note) values ('')")).rejects.toMatchObject({ code: "23514" });
    const keys = await query(
      database,
      "select count(*) as n from pg_constraint where contype = 'p' and conrelid in (select inhrelid from pg_inherits where inhparent = 'whole'::regclass)",
    );
    expect(keys).toEqual([{ n: BigInt((await partitions("whole")).length) }]);
  });

  test("drops what is older than its keep, and no more", async () => {
    await tableWith("old", 2, 3, 5);
    const report = await maintainPartitions(database, { table: "old", every: "hour", ahead: 0, keep: 2 }, soon());
    // The hour that began two hours ago ended at most two hours ago only if now is on the hour exactly.
    expect(report.dropped).toEqual(["old_old_5", "old_old_3"]);
    expect(await partitions("old")).toContain("old_old_2");
    const forever = await maintainPartitions(database, { table: "old", every: "hour", ahead: 0 }, soon());
    expect(forever).toEqual({ created: [], dropped: [], busy: [] });
  });

  test("waits only a moment for one in use, and leaves it to the next round", async () => {
    await tableWith("used", 5);
    const plan = { table: "used", every: "hour", ahead: 0, keep: 1 } as const;
    const gate = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    const holder = database.snapshot(soon(), async (session) => {
      await session.run(raw("select * from used"), {});
      holding.resolve();
      await gate.promise;
    });
    await holding.promise;
    // What is new is made all the same: that lock does not wait for readers.
    expect(await maintainPartitions(database, plan, soon())).toMatchObject({ dropped: [], busy: ["used_old_5"] });
    expect((await partitions("used")).length).toBe(3);
    gate.resolve();
    await holder;
    expect(await maintainPartitions(database, plan, soon())).toMatchObject({ dropped: ["used_old_5"], busy: [] });
  });

  test("hides nothing: a row without a partition fails, a DEFAULT partition is refused", async () => {
    await tableWith("strict");
    await expect(query(database, "insert into strict (at) values ('2000-01-01')")).rejects.toMatchObject({
      code: "23514",
    });
    await query(database, "create table strict_rest partition of strict default");
    await expect(maintainPartitions(database, { table: "strict", every: "day", ahead: 1 }, soon())).rejects.toThrow();
    expect(await partitions("strict")).toEqual(["strict_rest"]);
  });
});

describe("Maintenance", () => {
  test("runs its tasks at the start and then goes on, through failures, until it is closed", async () => {
    let runs = 0;
    const failures: string[] = [];
    const maintenance = new Maintenance({
      everyMs: 5,
      onError: (task, error) => failures.push(`${task}: ${String(error)}`),
      tasks: [
        { name: "changes", run: (deadline) => maintainPartitions(database, CHANGES_PARTITIONS, deadline) },
        {
          name: "flaky",
          run: async () => {
            if (++runs % 2 === 0) throw new Error("again");
          },
        },
      ],
    });
    await maintenance.start();
    expect((await partitions("changes")).length).toBe(CHANGES_PARTITIONS.ahead + 2);
    await eventually(() => runs >= 5);
    await maintenance.close();
    expect(failures.slice(0, 2)).toEqual(["flaky: Error: again", "flaky: Error: again"]);
    const before = runs;
    await maintenance.close();
    expect(runs).toBe(before);
  });

  test("a first failure is the caller's", async () => {
    const failing = { name: "x", run: () => Promise.reject(new Error("no")) };
    await using maintenance = new Maintenance({ tasks: [failing], onError: () => undefined });
    await expect(maintenance.start()).rejects.toThrow("no");
  });
});

describe("changes", () => {
  test("are written with the id of the transaction that makes them", async () => {
    await maintainPartitions(database, CHANGES_PARTITIONS, soon());
    const [xid, returned] = await database.transaction({ deadline: soon() }, async (tx) => {
      await appendChanges(tx, []);
      await appendChanges(tx, [
        { entity: "product", entityId: 'a"b\\', operation: "create", revision: 1n },
        { entity: "product", entityId: "c", operation: "delete", revision: 9_007_199_254_740_993n },
      ]);
      const one = { entities: ["order"], entityIds: ["o"], operations: ["update"], revisions: [3n] };
      return [tx.xid, await tx.run(appendChange, one)] as const;
    });
    expect(returned).toEqual([xid]);
    const rows = await query(database, `select entity, entity_id, operation, revision, xid from changes order by id`);
    const id = xid.toString();
    expect(rows).toEqual([
      { entity: "product", entity_id: 'a"b\\', operation: "create", revision: 1n, xid: id },
      { entity: "product", entity_id: "c", operation: "delete", revision: 9_007_199_254_740_993n, xid: id },
      { entity: "order", entity_id: "o", operation: "update", revision: 3n, xid: id },
    ]);
  });
});
