import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "drizzle-orm";
import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import {
  type CursorValue,
  type Database,
  keyset,
  type Page,
  paginate,
  type Statement,
  statement,
  timestampMicros,
} from "../src/index.ts";
import { createFixture, type Fixture, query, soon } from "./support/database.ts";

const events = pgTable("events", {
  key: bigint("key", { mode: "bigint" }).primaryKey(),
  at: timestampMicros("at").notNull(),
  title: text("title").notNull(),
});
type Row = typeof events.$inferSelect;

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  database = fixture.open();
  await query(
    database,
    "create table events (key bigint primary key, at timestamptz not null, title text collate pg_c_utf8 not null)",
  );
  await query(database, "create index events_at on events (at, key)");
  await query(database, "create index events_title on events (title, key)");
  // Times a microsecond apart, most of them shared; titles with the letters that sort apart by locale.
  await query(
    database,
    `insert into events select n, timestamptz '2025-01-01' + (n / 7) * interval '1 microsecond',
      (array['a', 'B', 'é', 'z', 'Z', ''])[1 + n % 6] from generate_series(1, 500) as n`,
  );
  await query(database, "analyze events");
});
afterAll(() => fixture.close());

const orders = [
  { name: "at", column: events.at, value: (row: Row): CursorValue => row.at },
  { name: "title", column: events.title, value: (row: Row): CursorValue => row.title },
] as const;

for (const { name, column, value } of orders) {
  for (const direction of ["asc", "desc"] as const) {
    const order = keyset(direction, { column, placeholder: "first" }, { column: events.key, placeholder: "key" });
    const limit = sql.placeholder("limit");
    const first: Statement<{ limit: number }, Row[]> = statement((db) =>
      db
        .select()
        .from(events)
        .orderBy(...order.orderBy)
        .limit(limit)
        .prepare("first"),
    );
    const after: Statement<{ limit: number; first: CursorValue; key: CursorValue }, Row[]> = statement((db) =>
      db
        .select()
        .from(events)
        .where(order.after)
        .orderBy(...order.orderBy)
        .limit(limit)
        .prepare("after"),
    );

    test(`pages by ${name} ${direction} give every row once, in order, by a range of the index`, async () => {
      const seen: Row[] = [];
      for (let cursor: readonly CursorValue[] | undefined = []; cursor !== undefined; ) {
        const [from, key]: readonly CursorValue[] = cursor;
        const page: Page<Row> = await paginate<Row>({
          pageSize: 37,
          fetch: (rows) =>
            database.read(soon(), (session) =>
              from === undefined || key === undefined
                ? session.run(first, { limit: rows })
                : session.run(after, { limit: rows, first: from, key }),
            ),
          cursor: (row) => [value(row), row.key],
          bytes: () => 1,
        });
        seen.push(...page.rows);
        cursor = page.next;
      }
      const expected = await query(database, `select key from events order by ${name} ${direction}, key ${direction}`);
      expect(seen.map((row) => row.key)).toEqual(expected.map(({ key }) => key));
      const plan = await query(
        database,
        `explain select * from events where (${name}, key) > ('${name === "at" ? "2025-01-01" : "a"}', 5) order by ${name}, key limit 38`,
      );
      const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
      expect(text).toMatch(
        new RegExp(`Index Scan using events_${name} on events[^]*Index Cond: \\(ROW\\(${name}, key\\)`),
      );
    });
  }
}
