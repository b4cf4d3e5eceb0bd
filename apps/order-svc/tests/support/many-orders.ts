import { type Database, type RawRow, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** Runs one SQL text and gives its rows. */
export function query(database: Database, text: string): Promise<RawRow[]> {
  const statement = sqlStatement(sql.raw(text), (row) => row);
  return database.read(Deadline.after(120_000), (session) => session.run(statement, {}));
}

/** Where the generated orders begin, and how far they are apart: a million of them fill two years. */
export const FIRST_ORDER = "2023-01-01 00:00:00+00";
const YEARS_SECONDS = 2 * 365 * 24 * 60 * 60;

/** One in ten orders has it; the others have one of 20,000, of which this is one. */
export const HOT_PRODUCT = "hot";
export const RARE_PRODUCT = "p7919";

const TABLES = ["orders", "order_products", "order_intentions"];

/**
 * Fills the tables with orders of one line, or two, in the order of their creation: most of them confirmed, one
 * in a thousand pending, and the cancelled ones all old. Indexes and constraints are taken away before and made again after, from their own definitions:
 * row by row, the random ids alone would take longer than all the rest.
 */
export async function generateOrders(database: Database, rows: number): Promise<void> {
  const constraints = await query(
    database,
    `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition, contype::text AS kind
     FROM pg_constraint WHERE conrelid IN ('orders'::regclass, 'order_products'::regclass, 'order_intentions'::regclass)
       AND contype IN ('p', 'u', 'f')`,
  );
  const indexes = await query(
    database,
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE tablename IN ('orders', 'order_products', 'order_intentions')
       AND indexname NOT IN (SELECT conname FROM pg_constraint)`,
  );
  // Foreign keys go before what they refer to, and come after it.
  const ordered = constraints.toSorted((a, b) => Number(b["kind"] === "f") - Number(a["kind"] === "f"));
  const foreign = (constraint: RawRow): boolean => constraint["kind"] === "f";
  for (const { table, name } of ordered.map(named))
    await query(database, `ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  for (const { name } of indexes.map(named)) await query(database, `DROP INDEX ${name}`);
  for (const table of TABLES) await query(database, `ALTER TABLE ${table} SET UNLOGGED`);
  for (const text of [orders(rows), products(rows), intentions(rows)]) await query(database, text);
  const made = ordered.filter((each) => !foreign(each)).map(named);
  await Promise.all([
    ...made.map(({ table, name, definition }) =>
      query(database, `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`),
    ),
    ...indexes.map(named).map(({ definition }) => query(database, definition)),
  ]);
  for (const { table, name, definition } of ordered.filter(foreign).map(named)) {
    await query(database, `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition} NOT VALID`);
  }
  for (const table of TABLES) await query(database, `VACUUM (ANALYZE) ${table}`);
}

const named = (row: RawRow) => ({
  table: String(row["table"]),
  name: String(row["name"]),
  definition: String(row["definition"]),
});

// As text: building it with jsonb's functions takes half as long again.
const line = (product: string): string =>
  `'{"productId": "' || ${product} || '", "quantity": 1, "title": "A ship", "unitPrice": {"currencyCode": "EUR", "units": "10", "nanos": 0}}'`;

const PRODUCT = `CASE WHEN n % 10 = 0 THEN '${HOT_PRODUCT}' ELSE 'p' || (n::bigint * 7919) % 20000 END`;
const SECOND = `'q' || (n::bigint * 104729) % 20000`;

const orders = (rows: number): string => `
  INSERT INTO orders (id, state, line_items, generation, revision, create_time, update_time)
  SELECT gen_random_uuid(),
    CASE WHEN n % 999 = 0 THEN 'pending' WHEN n % 4 = 3 AND n < ${rows} / 5 THEN 'cancelled' ELSE 'confirmed' END,
    ('[' || ${line(PRODUCT)} || CASE WHEN n % 4 <> 1 THEN '' ELSE ', ' || ${line(SECOND)} END || ']')::jsonb,
    1, n, timestamptz '${FIRST_ORDER}' + n * interval '${YEARS_SECONDS / rows} s', '${FIRST_ORDER}'
  FROM generate_series(1, ${rows}) AS n`;

const products = (rows: number): string => `
  INSERT INTO order_products (product_id, order_key, state, create_time)
  SELECT CASE WHEN second THEN ${SECOND} ELSE ${PRODUCT} END, key, state, create_time
  FROM (SELECT revision AS n, key, state, create_time FROM orders) AS o, (VALUES (false), (true)) AS line (second)
  WHERE NOT second OR n % 4 = 1 AND n <= ${rows}`;

/** A day's closed wishes, and some that are open. */
const intentions = (rows: number): string => `
  INSERT INTO order_intentions (order_id, generation, kind, line_items, rpc, principal, request_id, fingerprint, state,
    due_time, create_time, close_time)
  SELECT id, 1, 'create', line_items, 'rpc', '', gen_random_uuid(), 'f', CASE WHEN n % 100 = 0 THEN 'open' ELSE 'done' END,
    now() + (n % 600 - 300) * interval '1 s', now() - n * interval '1 ms', CASE WHEN n % 100 <> 0 THEN now() - n * interval '1 ms' END
  FROM (SELECT revision AS n, id, line_items FROM orders WHERE revision <= ${rows} / 10) AS o`;
