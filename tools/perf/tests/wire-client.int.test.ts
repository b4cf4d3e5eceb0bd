import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type SharedPostgres, sharedPostgres } from "@skyport/testing";
import { WirePool } from "../src/micro/pool.ts";
import { WireClient } from "../src/micro/wire-client.ts";
import { openSql } from "../src/stage/sql.ts";

let postgres: SharedPostgres;
let url: string;

beforeAll(async () => {
  postgres = await sharedPostgres();
  url = await postgres.createDatabase();
  await using sql = openSql(url);
  await sql("CREATE TABLE notes (id integer PRIMARY KEY, text text)");
});
afterAll(async () => {
  await postgres.close();
});

const execution = (text: string, ...parameters: readonly (string | null)[]) => ({ text, parameters });
const note = (id: string, text: string | null) => execution("INSERT INTO notes VALUES ($1, $2)", id, text);

async function notes(): Promise<readonly unknown[]> {
  await using sql = openSql(url);
  return await sql("SELECT id, text FROM notes ORDER BY id");
}

test("statements are sent as they were recorded, several in one round trip, in transactions", async () => {
  using client = await WireClient.connect(url);
  await client.trip([
    execution("begin isolation level read committed; set local statement_timeout = 0"),
    note("1", "é"),
  ]);
  await client.trip([note("2", null), execution("commit")]);
  expect(await notes()).toEqual([
    { id: 1, text: "é" },
    { id: 2, text: null },
  ]);
});

test("a statement that is refused throws the server's words", async () => {
  using client = await WireClient.connect(url);
  await expect(client.trip([note("1", "again")])).rejects.toThrow("duplicate key");
});

test("a connection that cannot be made throws", async () => {
  const wrong = new URL(url);
  wrong.password = "wrong";
  await expect(WireClient.connect(wrong.href)).rejects.toThrow("password");
});

test("a pool gives each connection to one at a time, first come first served", async () => {
  using pool = await WirePool.open(url, 2);
  const order: number[] = [];
  let atOnce = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      pool.use(async (client) => {
        order.push(index);
        atOnce += 1;
        most = Math.max(most, atOnce);
        await client.trip([execution("SELECT $1::text", "x")]);
        atOnce -= 1;
      }),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBe(2);
});
