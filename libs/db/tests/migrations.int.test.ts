import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { eventually, type SharedPostgres, sharedPostgres } from "@skyport/testing";
import {
  createDatabase,
  type Database,
  DB_MIGRATIONS,
  loadMigrations,
  migrate,
  pendingMigrations,
} from "../src/index.ts";
import { query, raw, soon } from "./support/database.ts";

let server: SharedPostgres;
let url: string;
let database: Database;
let directory: string;
beforeAll(async () => {
  server = await sharedPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  url = await server.createDatabase();
  database = createDatabase({ url, transactionTimeoutMs: 20_000 });
  directory = await mkdtemp(join(tmpdir(), "skyport-migrations-"));
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

const file = (name: string, sql: string) => writeFile(join(directory, name), sql);
const components = () => [{ name: "shop", directory }];
const names = async (work: Promise<readonly { readonly name: string }[]>) => (await work).map(({ name }) => name);
const pending = async () => names(pendingMigrations(database, await loadMigrations(components()), soon()));

test("applies what is missing, in order and once, of several instances that start together", async () => {
  await file("0001_table.sql", "create table log (step integer);\ninsert into log values (1); -- two statements");
  await file("0002_more.sql", "insert into log values (2)");
  expect(await pending()).toEqual(["table", "more"]);
  const applied = await Promise.all([1, 2, 3].map(() => names(migrate({ url, components: components() }))));
  expect(applied.flat()).toEqual(["table", "more"]);
  expect(await query(database, "select step from log")).toEqual([{ step: 1 }, { step: 2 }]);
  expect(await pending()).toEqual([]);
  await file("0003_again.sql", "insert into log values (3)");
  expect(await pending()).toEqual(["again"]);
  expect(await names(migrate({ url, components: components() }))).toEqual(["again"]);
});

test("a migration that fails leaves nothing, and those before it stay", async () => {
  await file("0001_good.sql", "create table good ()");
  await file("0002_bad.sql", "create table half (); select 1 / 0;");
  await expect(migrate({ url, components: components() })).rejects.toThrow(
    /^migration shop\/2 \(bad\) failed: division by zero$/,
  );
  expect(await pending()).toEqual(["bad"]);
  expect(await query(database, "select to_regclass('good') is not null as good, to_regclass('half') as half")).toEqual([
    { good: true, half: null },
  ]);
});

test("one that ends its own transaction is refused", async () => {
  await file("0001_own.sql", "create table t (); commit;");
  await expect(migrate({ url, components: components() })).rejects.toThrow(/ends its own transaction$/);
});

test("stops at a changed one and at one that it does not know", async () => {
  await file("0001_a.sql", "select 1");
  await file("0002_b.sql", "select 2");
  await migrate({ url, components: components() });
  await file("0002_b.sql", "select 3");
  await expect(migrate({ url, components: components() })).rejects.toThrow(/^migration shop\/2 \(b\) was changed/);
  await rm(join(directory, "0002_b.sql"));
  await expect(migrate({ url, components: components() })).rejects.toThrow(
    /^migrations shop: the database has 2, which/,
  );
  expect(await pending()).toEqual([]);
});

test("does not wait for ever for another process, nor for a table in use", async () => {
  await file("0001_table.sql", "create table busy (id integer)");
  await migrate({ url, components: components() });
  await file("0002_alter.sql", "alter table busy add column more integer");
  const gate = Promise.withResolvers<void>();
  const holding = Promise.withResolvers<void>();
  const holder = database.snapshot(soon(), async (session) => {
    await session.run(raw("select * from busy"), {});
    holding.resolve();
    await gate.promise;
  });
  await holding.promise;
  await expect(migrate({ url, components: components(), lockTimeoutMs: 50 })).rejects.toThrow(/alter.*lock timeout/);
  const first = migrate({ url, components: components(), lockTimeoutMs: 10_000 });
  // It waits for the table now, and holds the lock of those who migrate.
  await eventually(async () => {
    const waiting = await query(
      database,
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length === 1;
  });
  await expect(migrate({ url, components: components(), waitMs: 1_000 })).rejects.toThrow(/another process/);
  gate.resolve();
  await holder;
  expect(await names(first)).toEqual(["alter"]);
});

test("this library's own component applies", async () => {
  const applied = await names(migrate({ url, components: [DB_MIGRATIONS] }));
  expect(applied).toEqual(["partitions", "changes", "request_ids"]);
});
