import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createWiretap, explainExecution, sharedPostgres, type Wiretap } from "@skyport/testing";
import { migratedTemplate } from "./support/database.ts";
import { uuidV7 } from "./support/fixtures.ts";
import { fillWithRows } from "./support/many-rows.ts";
import { startService, type TestService } from "./support/service.ts";
import { openSql, type Sql } from "./support/sql.ts";

/** So few that a scan of them all looks cheap to a planner that expects to look for a hundred. */
const ROWS = 5_000;

/** What a call runs beside what reads and writes rows. */
const AROUND = /^(set|begin|commit|rollback|select pg_)/;

const resources = new AsyncDisposableStack();
let sql: Sql;
let tap: Wiretap;
let service: TestService;

beforeAll(async () => {
  const postgres = resources.use(await sharedPostgres());
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  sql = resources.use(openSql(databaseUrl));
  await fillWithRows(sql, ROWS);
  tap = resources.use(await createWiretap(databaseUrl));
  service = resources.use(await startService({ databaseUrl: tap.url, databaseDirectUrl: databaseUrl }));
});

afterAll(() => resources.disposeAsync());

const reservationId = uuidV7();
const reserve = (generation: number, ...numbers: readonly number[]) =>
  service.inventory.setReservation({
    reservationId,
    generation,
    items: numbers.map((number) => ({ productId: `product-${number}`, quantity: 1 })),
  });

const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["GetProduct", () => service.products.getProduct({ id: "product-1" })],
  ["BatchGetProducts", () => service.products.batchGetProducts({ ids: ["product-2", "nothing"] })],
  ["UpdateProduct", () => service.products.updateProduct({ product: { id: "product-1", title: "A ship" } })],
  ["AdjustStock", () => service.inventory.adjustStock({ productId: "product-1", delta: 5 })],
  ["SetReservation, the first", () => reserve(1, 1, 2)],
  ["SetReservation, a change", () => reserve(2, 2, 4)],
  ["SetReservation, a repeat", () => reserve(2, 2, 4)],
  ["SetReservation, a release", () => reserve(3)],
  ["GetReservation", () => service.inventory.getReservation({ reservationId })],
];

test.each(calls)("%s looks for its rows by index, however few there are", async (_, call) => {
  tap.clear();
  await call();
  const statements = tap.executions.filter(({ text }) => !AROUND.test(text));
  expect(statements).not.toEqual([]);
  for (const statement of statements) {
    const { nodes } = await explainExecution(sql, statement, "generic");
    expect(nodes.filter((node) => /Seq Scan (products|reservations)/.test(node))).toEqual([]);
  }
});
