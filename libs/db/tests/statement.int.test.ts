import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { eq, getTableColumns, sql } from "drizzle-orm";
import { bigint, boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import {
  bytes,
  type Database,
  type DrizzleHandle,
  noRow,
  rowOf,
  sqlStatement,
  statement,
  timestampMicros,
  violatedConstraint,
  xid8,
} from "../src/index.ts";
import { createFixture, type Fixture, query, raw, soon } from "./support/database.ts";

const things = pgTable("things", {
  id: text("id").primaryKey(),
  count: integer("count"),
  big: bigint("big", { mode: "bigint" }),
  small: bigint("small", { mode: "number" }),
  flag: boolean("flag"),
  at: timestampMicros("at"),
  tx: xid8("tx"),
  data: bytes("data"),
  doc: jsonb("doc").$type<{ a: number[] }>(),
  tags: text("tags").array(),
});
type Thing = typeof things.$inferSelect;

const p = sql.placeholder;
const byId = statement<{ id: string }, Thing[]>((db) =>
  db
    .select()
    .from(things)
    .where(eq(things.id, p("id")))
    .prepare("thing_by_id"),
);
const insert = statement<Thing, Thing[]>((db) => {
  const values = Object.fromEntries(Object.keys(getTableColumns(things)).map((name) => [name, p(name)]));
  // Drizzle types an insert by literal columns; these are all of them.
  return db
    .insert(things)
    .values(values as never)
    .returning()
    .prepare("insert_thing");
});

const full: Thing = {
  id: "a",
  count: -1,
  big: 9_007_199_254_740_993n,
  small: 9_007_199_254_740_991,
  flag: true,
  at: 1_735_689_600_123_456n,
  tx: 18_446_744_073_709_551_615n,
  data: Buffer.of(0, 1, 255),
  doc: { a: [1, 2] },
  tags: ["x", 'y"\\,{}', ""],
};
const empty: Thing = { ...full, id: "b", tags: [] };
for (const key of ["count", "big", "small", "flag", "at", "tx", "data", "doc"] as const) empty[key] = null;

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open({ minConnections: 1, maxConnections: 1 });
  await query(
    database,
    `create table things (id text primary key, count integer, big bigint, small bigint, flag boolean,
      at timestamptz, tx xid8, data bytea, doc jsonb, tags text[])`,
  );
});
afterAll(() => fixture.close());

describe("values", () => {
  test.each([full, empty])("come back as they went, through Drizzle and by raw SQL: $id", async (thing) => {
    const [inserted] = await database.read(soon(), (session) => session.run(insert, thing));
    expect(inserted).toEqual(thing);
    const byRaw = sqlStatement(sql`select * from things where id = ${p("id")}`, rowOf(things));
    await database.read(soon(), async (session) => {
      expect(await session.run(byId, { id: thing.id })).toEqual([thing]);
      expect(await session.run(byRaw, { id: thing.id })).toEqual([thing]);
    });
  });

  test("arrays, bytes, booleans and numbers are parameters of raw SQL", async () => {
    const all = sqlStatement(
      sql`select ${p("texts")}::text[] = array['a', 'b"c', null, '']::text[] as texts,
        ${p("numbers")}::bigint[] = array[1, 2]::bigint[] as numbers, ${p("data")}::bytea = '\\x0001'::bytea as data,
        ${p("no")}::boolean = false as no, ${p("half")}::float8 = 0.5 as half, ${p("none")}::text is null as none`,
      (row) => row,
    );
    const values = { texts: ["a", 'b"c', null, ""], numbers: [1n, 2], data: Uint8Array.of(0, 1), no: false, half: 0.5 };
    const rows = await database.read(soon(), (session) => session.run(all, { ...values, none: null }));
    expect(rows).toEqual([{ texts: true, numbers: true, data: true, no: true, half: true, none: true }]);
  });

  test("one that cannot be sent fails alone, whatever else is in flight", async () => {
    const echo = sqlStatement(sql`select ${p("value")}::text as value`, (row) => row);
    await database.read(soon(), async (session) => {
      const [before, wrong, after] = await Promise.allSettled([
        session.run(echo, { value: "before" }),
        session.run(echo, { value: new Date() }),
        session.run(echo, { value: "after" }),
      ]);
      expect(before).toEqual({ status: "fulfilled", value: [{ value: "before" }] });
      expect(wrong).toMatchObject({ status: "rejected", reason: expect.any(TypeError) });
      expect(after).toEqual({ status: "fulfilled", value: [{ value: "after" }] });
    });
  });

  test("a statement without one of its values is refused", async () => {
    const missing = statement<Record<string, never>, Thing[]>((db) =>
      db
        .select()
        .from(things)
        .where(eq(things.id, p("id")))
        .prepare("missing"),
    );
    await expect(database.read(soon(), (session) => session.run(missing, {}))).rejects.toThrow(/placeholder "id"/);
  });
});

describe("preparing", () => {
  const prepared = (like: string) =>
    raw(`select statement, generic_plans + custom_plans as runs from pg_prepared_statements
      where statement like '${like}' and statement not like '%pg_prepared_statements%'`);

  test("a statement is built once a connection, and prepared once on the server", async () => {
    let built = 0;
    const counted = statement<{ id: string }, { count: number | null }[]>((db) => {
      built += 1;
      return db
        .select({ count: things.count })
        .from(things)
        .where(eq(things.id, p("id")))
        .prepare("counted");
    });
    const plain = raw("select 42 as answer");
    await using single = fixture.open({ minConnections: 1, maxConnections: 1 });
    for (let run = 0; run < 3; run++) {
      await single.read(soon(), (session) => session.run(counted, { id: "a" }));
      await single.transaction({ deadline: soon() }, (tx) => tx.run(plain, {}));
    }
    expect(built).toBe(1);
    const seen = (like: string) => single.read(soon(), (session) => session.run(prepared(like), {}));
    expect(await seen('%"count" from "things"%')).toMatchObject([{ runs: 3n }]);
    expect(await seen("select 42 as answer")).toMatchObject([{ runs: 3n }]);
  });

  test("without prepared statements, for old poolers, nothing is kept on the server", async () => {
    await using single = fixture.open({ minConnections: 1, maxConnections: 1, prepare: false });
    await single.read(soon(), async (session) => {
      expect(await session.run(byId, { id: "a" })).toEqual([full]);
      expect(await session.run(prepared("%things%"), {})).toEqual([]);
    });
  });

  test("a plan that a migration made stale: read again at once, CONTENTION in a transaction", async () => {
    await query(database, "create table changing (flag boolean not null)");
    await query(database, "insert into changing values (true), (false)");
    const find = sqlStatement(sql`select * from changing where flag = ${p("flag")} and ${p("flag")}`, (row) => row);
    const inRead = () => database.read(soon(), (session) => session.run(find, { flag: true }));
    const inTransaction = () => database.transaction({ deadline: soon() }, (tx) => tx.run(find, { flag: true }));
    expect(await inRead()).toEqual([{ flag: true }]);
    await query(database, "alter table changing add column more integer");
    // The driver repeats the statement; encoding its `true` a second time would make it false.
    expect(await inRead()).toEqual([{ flag: true, more: null }]);
    await query(database, "alter table changing add column again integer");
    await expect(inTransaction()).rejects.toMatchObject({ reason: "CONTENTION" });
    expect(await inTransaction()).toEqual([{ flag: true, more: null, again: null }]);
  });

  test("a query that is run beside its statement is refused", async () => {
    let handle: DrizzleHandle | undefined;
    const leaking = statement<Record<string, never>, Thing[]>((db) => {
      handle = db;
      return db.select().from(things).prepare("leaking");
    });
    await database.read(soon(), async (session) => {
      await session.run(leaking, {});
      await expect(handle?.select().from(things).execute()).rejects.toMatchObject({
        cause: expect.objectContaining({ message: "a query runs through Session.run, inside a unit of work" }),
      });
    });
  });
});

describe("deadlines", () => {
  test("the server's timeout is the next power of two, and travels with the statement", async () => {
    await using single = fixture.open({ minConnections: 1, maxConnections: 1 });
    await single.read(soon(), (session) => session.run(byId, { id: "a" }));
    fixture.link.blackhole("up");
    const timeout = raw("select current_setting('statement_timeout') as timeout");
    const running = single.read(soon().capped(9_000), async (session) => {
      await session.run(byId, { id: "a" });
    });
    // Both are under way though nothing was answered: SET's text alone is shorter.
    await eventually(() => fixture.link.held > "Qxxxxset statement_timeout = 16384\0".length);
    fixture.link.restore();
    await running;
    expect(await single.read(soon(), (session) => session.run(timeout, {}))).toEqual([{ timeout: "16384ms" }]);
    expect(await query(single, "select current_setting('statement_timeout') as t", soon().capped(3_000))).toEqual([
      { t: "4096ms" },
    ]);
  });
});

describe("refusals", () => {
  test("a violated constraint is told by its name", async () => {
    const twice = raw("insert into things (id) values ('same'), ('same')");
    const error = await database.read(soon(), (session) => session.run(twice, {})).catch((thrown: unknown) => thrown);
    expect(violatedConstraint(error)).toBe("things_pkey");
    expect(String(error)).toBe("DatabaseError: the database refused a statement (SQLSTATE 23505)");
  });

  test("rowOf misses no column silently; noRow drops rows", async () => {
    const short = sqlStatement(sql`select id from things`, rowOf(things));
    await expect(database.read(soon(), (session) => session.run(short, {}))).rejects.toThrow(/no column count/);
    const dropped = sqlStatement(sql`select 1`, noRow);
    expect(await database.read(soon(), (session) => session.run(dropped, {}))).toEqual([undefined]);
  });
});
