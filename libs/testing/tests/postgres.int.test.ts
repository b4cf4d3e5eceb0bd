import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPostgres, type TestPostgres } from "../src/index.ts";
import { runSql } from "../src/postgres/admin.ts";
import { isAlive } from "../src/processes.ts";

describe("startPostgres", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test("is PostgreSQL 18, with room for 200 connections", async () => {
    const rows = await runSql(
      postgres.url,
      "SELECT current_setting('server_version_num')::int / 10000, current_setting('max_connections')",
    );
    expect(rows).toEqual([["18", "200"]]);
  });

  test("sorts and folds text the same on every machine", async () => {
    const rows = await runSql(
      postgres.url,
      "SELECT lower('ÄÖ' COLLATE pg_c_utf8), datlocprovider, datlocale FROM pg_database WHERE datname = 'postgres'",
    );
    expect(rows).toEqual([["äö", "b", "C.UTF-8"]]);
  });

  test("tells the server's error", async () => {
    await expect(runSql(postgres.url, "SELECT 1/0")).rejects.toThrow("division by zero");
  });

  test("refuses a wrong password", async () => {
    const url = new URL(postgres.url);
    url.password = "wrong";
    await expect(runSql(url.href, "SELECT 1")).rejects.toThrow("password authentication failed");
  });

  test("createDatabase gives each caller a database of its own", async () => {
    const [a, b] = await Promise.all([postgres.createDatabase(), postgres.createDatabase({ name: 'odd "name"' })]);
    await runSql(a, "CREATE TABLE t (id int)");
    expect(await runSql(b, "SELECT to_regclass('t'), current_database()")).toEqual([[undefined, 'odd "name"']]);
  });

  test("a template is prepared once and cloned for each", async () => {
    let prepared = 0;
    const template = {
      name: "clone-me",
      prepare: async (url: string) => {
        prepared += 1;
        await runSql(url, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)");
      },
    };
    const urls = await Promise.all([1, 2, 3].map(() => postgres.createDatabase({ template })));
    const [first, second] = urls;
    await runSql(first ?? "", "INSERT INTO t VALUES (2)");
    expect(await runSql(second ?? "", "SELECT count(*) FROM t")).toEqual([["1"]]);
    expect(new Set(urls).size).toBe(3);
    expect(prepared).toBe(1);
  });

  test.each(["fast", "immediate"] as const)("restart (%s) keeps port and data", async (mode) => {
    const url = await postgres.createDatabase();
    await runSql(url, "CREATE TABLE t AS SELECT 7 AS id");
    const before = postgres.pid;
    await postgres.restart({ mode });
    expect(postgres.pid).not.toBe(before);
    expect(await runSql(url, "SELECT id FROM t")).toEqual([["7"]]);
  });

  test("kill leaves no process behind, and what was committed is there after a restart", async () => {
    const url = await postgres.createDatabase();
    await runSql(url, "CREATE TABLE t AS SELECT 7 AS id");
    const before = postgres.pid;
    await postgres.kill();
    expect(await isAlive(before)).toBe(false);
    await expect(runSql(url, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
    await postgres.restart();
    expect(await runSql(url, "SELECT id FROM t")).toEqual([["7"]]);
  });
});

test("stop, once or twice, ends the server and removes its folder", async () => {
  const postgres = await startPostgres();
  await postgres.stop();
  await postgres.stop();
  expect(await isAlive(postgres.pid)).toBe(false);
  expect(existsSync(dirname(postgres.dataDir))).toBe(false);
});
