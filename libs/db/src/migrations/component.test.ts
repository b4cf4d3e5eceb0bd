import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  DB_MIGRATIONS,
  loadMigrations,
  type Migration,
  MigrationError,
  pendingOf,
  planMigrations,
} from "./component.ts";

const migration = (version: number, component = "shop"): Migration => ({
  component,
  version,
  name: `step_${version}`,
  sql: "",
  checksum: `sum ${component} ${version}`,
});
const versions = (migrations: readonly Migration[]) => migrations.map(({ version }) => version);

describe("planMigrations", () => {
  const files = [migration(1), migration(2), migration(3)];

  test("what is not applied, in order", () => {
    expect(versions(planMigrations(files, []))).toEqual([1, 2, 3]);
    expect(versions(planMigrations(files, files.slice(0, 1)))).toEqual([2, 3]);
    expect(planMigrations(files, files)).toEqual([]);
  });

  test("each component counts for itself", () => {
    expect(versions(planMigrations([migration(1, "db"), ...files], [...files, migration(9, "other")]))).toEqual([1]);
  });

  test.each<[string, readonly Migration[], readonly Migration[], RegExp]>([
    ["changed", files, [{ ...migration(1), checksum: "else" }], /^migration shop\/1 \(step_1\) was changed/],
    [
      "unknown",
      files,
      [...files, migration(4)],
      /^migrations shop: the database has 4, which this build does not know$/,
    ],
    ["late", files, [migration(1), migration(3)], /^migration shop\/2 \(step_2\) comes before 3, which is applied$/],
  ])("stops at one that is %s", (_, known, applied, message) => {
    const attempt = () => planMigrations(known, applied);
    expect(attempt).toThrow(MigrationError);
    expect(attempt).toThrow(message);
  });

  test("pendingOf judges nothing", () => {
    expect(versions(pendingOf(files, [migration(3), migration(9)]))).toEqual([1, 2]);
  });
});

describe("loadMigrations", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "skyport-migrations-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test("by number; line ends do not change a checksum", async () => {
    await writeFile(join(directory, "0002_b.sql"), "select\r\n2;");
    await writeFile(join(directory, "0001_a.sql"), "select 1;");
    const [first, second] = await loadMigrations([{ name: "shop", directory }]);
    expect(first).toMatchObject({ component: "shop", version: 1, name: "a", sql: "select 1;" });
    await writeFile(join(directory, "0002_b.sql"), "select\n2;");
    expect((await loadMigrations([{ name: "shop", directory }]))[1]).toEqual(second);
  });

  test.each([
    [["1_a.sql"], /shop\/1_a.sql: the name has to look like/],
    [["0001_a.txt"], /0001_a.txt/],
    [["0001_a.sql", "0001_b.sql"], /two are 1/],
  ])("refuses %p", async (files, message) => {
    for (const file of files) await writeFile(join(directory, file), "");
    await expect(loadMigrations([{ name: "shop", directory }])).rejects.toThrow(message);
  });

  test("this library's own are there", async () => {
    expect((await loadMigrations([DB_MIGRATIONS])).map(({ name }) => name)).toEqual([
      "partitions",
      "changes",
      "request_ids",
    ]);
  });
});
