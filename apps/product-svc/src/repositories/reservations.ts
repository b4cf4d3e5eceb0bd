import { IN_TRANSACTION, noRow, rowOf, type Session, sqlStatement, statement, type Transaction } from "@skyport/db";
import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { lockedReservations, products, reservations } from "../db/schema.ts";
import type { Case, Shelf, Verdict, Wish } from "../domain/decide.ts";
import type { Product } from "../domain/product.ts";
import type { Reservation } from "../domain/reservation.ts";
import { toProduct } from "./product-row.ts";
import { storedDecisions, storedItems, toReservation } from "./reservation-row.ts";

const p = sql.placeholder;

// A no-op update, so that rows are locked whether or not they were there before. It travels with BEGIN.
const lock = sqlStatement(
  sql`
  INSERT INTO reservations (id, generation)
  SELECT id::uuid, 0 FROM jsonb_array_elements_text(${p("ids")}::jsonb) AS wanted(id) WHERE ${IN_TRANSACTION} ORDER BY 1
  ON CONFLICT (id) DO UPDATE SET generation = reservations.generation
  RETURNING *, now() AS now`,
  rowOf({ ...getTableColumns(reservations), now: lockedReservations.now }),
);

const find = statement((db) =>
  db
    .select()
    .from(reservations)
    .where(eq(reservations.id, p("id")))
    .prepare("find_reservation"),
);

const listFrom = statement((db) =>
  db
    .select()
    .from(reservations)
    .where(sql`${reservations.id} > ${p("after")}::uuid`)
    .orderBy(asc(reservations.id))
    .limit(p("limit"))
    .prepare("list_reservations"),
);

// By the index, as in products.ts.
const movedProducts = sqlStatement(
  sql`
  SELECT DISTINCT products.id FROM jsonb_array_elements_text(${p("ids")}::jsonb) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT DISTINCT product_key FROM stock_movements WHERE reservation_id = wanted.id::uuid
  ) AS moved
  CROSS JOIN LATERAL (SELECT id FROM products WHERE key = product_key OFFSET 0) AS products`,
  rowOf({ id: products.id }),
);

// In the order of the ids given, each row as it is once it is locked, and by the index, as in products.ts.
const shelves = sqlStatement(
  sql`
  SELECT shelf.* FROM jsonb_array_elements_text(${p("ids")}::jsonb) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT key, id, in_stock FROM products WHERE products.id = wanted.id FOR UPDATE
  ) AS shelf`,
  rowOf({ key: products.key, id: products.id, inStock: products.inStock }),
);

// All that was decided, in one round trip. The rows are locked. The reservations are there, too: an UPDATE of them would be
// planned as a join, an upsert finds each by the index, and so does the array find the products.
const write = sqlStatement(
  sql`
  WITH movement AS (
    SELECT * FROM jsonb_to_recordset(${p("movements")}::jsonb)
      AS m(product_key bigint, delta bigint, reservation_id uuid, generation integer)
  ), total AS MATERIALIZED (
    SELECT product_key, sum(delta)::bigint AS delta FROM movement GROUP BY product_key
  ), moved AS (
    UPDATE products SET
      in_stock = in_stock + (SELECT delta FROM total WHERE product_key = key),
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    WHERE key = ANY (ARRAY(SELECT product_key FROM total))
    RETURNING *
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
    SELECT product_key, delta, 'reservation', reservation_id, generation FROM movement
  ), saved AS (
    INSERT INTO reservations (id, generation, items, decisions)
    SELECT * FROM jsonb_to_recordset(${p("reservations")}::jsonb)
      AS d(id uuid, generation integer, items jsonb, decisions jsonb)
    ON CONFLICT (id) DO UPDATE SET
      generation = excluded.generation,
      items = excluded.items,
      decisions = excluded.decisions,
      update_time = greatest(now(), reservations.update_time)
    RETURNING id, decisions
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision)
    SELECT 'product', id, 'update', revision FROM moved
    UNION ALL
    SELECT 'reservation', id::text, CASE jsonb_array_length(decisions) WHEN 1 THEN 'create' ELSE 'update' END,
      nextval('revisions')
    FROM saved
  )
  SELECT * FROM moved`,
  rowOf(products),
);

// By the index, for which it takes an array: a join may read the whole table.
const forget = sqlStatement(
  sql`
  DELETE FROM reservations
  WHERE id = ANY (ARRAY(SELECT id::uuid FROM jsonb_array_elements_text(${p("ids")}::jsonb) AS unbegun(id))) AND generation = 0`,
  noRow,
);

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Locks the reservations of wishes until the transaction ends, and gives the wishes with them, in their order. Those that
 * did not exist are made, with generation 0. May travel with BEGIN.
 */
export async function lockReservations(session: Session, wishes: readonly Wish[]): Promise<Case[]> {
  const rows = await session.run(lock, { ids: JSON.stringify(wishes.map(({ id }) => id)) });
  const cases = new Map(rows.map((row) => [row.id, { held: toReservation(row), now: row.now }]));
  return wishes.map((wish) => {
    const found = cases.get(wish.id);
    if (found === undefined) throw new Error("an upsert returned no row");
    return { wish, ...found };
  });
}

export async function findReservation(session: Session, id: string): Promise<Reservation | undefined> {
  return (await session.run(find, { id })).map(toReservation)[0];
}

/** Up to `limit` reservations after an id (the first ones without), in order of id. */
export async function listReservations(
  session: Session,
  after: string | undefined,
  limit: number,
): Promise<Reservation[]> {
  return (await session.run(listFrom, { after: after ?? NIL_UUID, limit })).map(toReservation);
}

/** The ids of the products whose stock any generation of these reservations has moved, as far as they still exist. */
export async function findMovedProducts(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await tx.run(movedProducts, { ids: JSON.stringify(ids) })).map((row) => row.id);
}

/**
 * Locks the products with these ids until the transaction ends, as far as they exist, and tells what is left of them. In
 * order of id, so that two transactions never wait for each other.
 */
export async function lockShelves(tx: Transaction, ids: readonly string[]): Promise<ReadonlyMap<string, Shelf>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.run(shelves, { ids: JSON.stringify(ids.toSorted()) });
  return new Map(rows.map(({ id, key, inStock }) => [id, { key, inStock }]));
}

/**
 * Writes what was decided about reservations that are locked: moves stock of products that are locked, and writes the
 * ledger. Returns the products whose stock moved, as they are now.
 */
export async function writeVerdicts(tx: Transaction, verdicts: readonly Verdict[]): Promise<Product[]> {
  const movements = verdicts.flatMap((verdict) =>
    verdict.movements.map(({ productKey, delta }) => ({
      product_key: productKey.toString(),
      delta,
      reservation_id: verdict.reservation.id,
      generation: verdict.reservation.generation,
    })),
  );
  const decided = verdicts.map(({ reservation: { id, generation, items, decisions } }) => ({
    id,
    generation,
    items: storedItems(items),
    decisions: storedDecisions(decisions),
  }));
  const params = { movements: JSON.stringify(movements), reservations: JSON.stringify(decided) };
  return (await tx.run(write, params)).map(toProduct);
}

/** Removes the rows that were made for reservations that did not begin. */
export async function forgetUnbegun(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.run(forget, { ids: JSON.stringify(ids) });
}
