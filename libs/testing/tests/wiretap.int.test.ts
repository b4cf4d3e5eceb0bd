import { expect, test } from "@jest/globals";
import { createWiretap, sharedPostgres } from "../src/index.ts";
import { runSql } from "../src/postgres/admin.ts";
import { BareClient } from "../src/wiretap/bare-client.ts";

test("what a tap hears can be sent again, and is heard again as it was", async () => {
  await using postgres = await sharedPostgres();
  const url = await postgres.createDatabase();
  await runSql(url, "CREATE TABLE t (id integer PRIMARY KEY, word text)");
  await using tap = await createWiretap(url);
  await using client = await BareClient.connect(tap.url);
  const trip = [
    { text: "begin; set local work_mem = '8MB'", parameters: [] },
    { text: "INSERT INTO t SELECT $1::integer, $2", parameters: ["1", "ü"] },
    { text: "INSERT INTO t SELECT $1::integer, $2", parameters: ["2", null] },
    { text: "commit", parameters: [] },
  ];
  tap.clear();
  await client.trip(trip);
  expect(tap.trips).toEqual([trip]);
  expect(await runSql(url, "SELECT id, word FROM t ORDER BY id")).toEqual([
    ["1", "ü"],
    ["2", undefined],
  ]);
  await expect(client.trip(trip.slice(1, 2))).rejects.toThrow("t_pkey");
  await client.trip([{ text: "SELECT 1", parameters: [] }]);
  expect(tap.executions).toHaveLength(6);
});
