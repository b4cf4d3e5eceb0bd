import { noRow, rowOf, type Session, sqlStatement, statement, type Transaction } from "@skyport/db";
import { asc, eq, sql } from "drizzle-orm";
import { products, reservations } from "../db/schema.ts";
import type { Product } from "../domain/product.ts";
import type { Change, Reservation } from "../domain/reservation.ts";
import { toProduct } from "./product-row.ts";
import { storedDecisions, storedItems, toReservation } from "./reservation-row.ts";

const p = sql.placeholder;

// A no-op update, so that the row is locked whether or not it was there before.
const lock = sqlStatement(
  sql`
  INSERT INTO reservations (id, generation) VALUES (${p("id")}::uuid, 0)
  ON CONFLICT (id) DO UPDATE SET generation = reservations.generation
  RETURNING *`,
  rowOf(reservations),
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

const movedProducts = sqlStatement(
  sql`
  SELECT DISTINCT products.id FROM stock_movements JOIN products ON products.key = product_key
  WHERE reservation_id = ${p("id")}::uuid`,
  rowOf({ id: products.id }),
);

// Locks the shelves in order of id (no deadlock), then moves all or nothing, with the ledger and the changes: one
// round trip, however many products there are. A held line counts only while its product is the same incarnation. What is
// left is reckoned from the shelf as locked: the UPDATE first computes, and checks, a row of its own older snapshot.
const move = sqlStatement(
  sql`
  WITH wish AS (
    SELECT * FROM jsonb_to_recordset(${p("wish")}::jsonb) AS w(id text, wanted bigint, held_key bigint, held bigint)
  ), shelf AS (
    SELECT products.key, products.id, products.in_stock,
      wanted - CASE WHEN products.key = held_key THEN held ELSE 0 END AS take
    FROM wish JOIN products ON products.id = wish.id
    ORDER BY products.id
    FOR UPDATE OF products
  ), verdict AS (
    SELECT NOT EXISTS (SELECT FROM shelf WHERE take > in_stock) AND NOT EXISTS (
      SELECT FROM wish WHERE wanted > 0 AND NOT EXISTS (SELECT FROM shelf WHERE shelf.id = wish.id)) AS accepted
  ), moved AS (
    UPDATE products SET
      in_stock = shelf.in_stock - take,
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    FROM shelf, verdict
    WHERE products.key = shelf.key AND accepted AND take <> 0
    RETURNING products.*
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
    SELECT key, -take, 'reservation', ${p("id")}::uuid, ${p("generation")}::integer
    FROM shelf JOIN moved USING (key)
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision)
    SELECT 'product', id, 'update', revision FROM moved
  )
  SELECT * FROM moved`,
  rowOf(products),
);

const decide = sqlStatement(
  sql`
  UPDATE reservations SET
    generation = ${p("generation")}::integer,
    items = ${p("items")}::jsonb,
    decisions = ${p("decisions")}::jsonb,
    update_time = greatest(now(), update_time)
  WHERE id = ${p("id")}::uuid
  RETURNING *`,
  rowOf(reservations),
);

const log = sqlStatement(
  sql`
  INSERT INTO changes (entity, entity_id, operation, revision)
  VALUES ('reservation', ${p("id")}::text, ${p("operation")}::text, nextval('revisions'))`,
  noRow,
);

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** Locks a reservation until the transaction ends; one that did not exist is made, with generation 0. */
export async function lockReservation(tx: Transaction, id: string): Promise<Reservation> {
  const [row] = await tx.run(lock, { id });
  if (row === undefined) throw new Error("an upsert returned no row");
  return toReservation(row);
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

/** The ids of the products whose stock any generation of a reservation has moved, as far as they still exist. */
export async function findMovedProducts(tx: Transaction, id: string): Promise<string[]> {
  return (await tx.run(movedProducts, { id })).map((row) => row.id);
}

/**
 * Moves stock for every change, or for none. Returns the products that were changed: none when something was missing
 * or short, and none when there was nothing to move because the products of all released lines are gone.
 */
export async function moveStock(
  tx: Transaction,
  id: string,
  generation: number,
  changes: readonly Change[],
): Promise<Product[]> {
  const wish = changes.map(({ productId, wanted, held }) => ({
    id: productId,
    wanted,
    held_key: held?.productKey.toString() ?? null,
    held: held?.quantity ?? 0,
  }));
  return (await tx.run(move, { id, generation, wish: JSON.stringify(wish) })).map(toProduct);
}

/** Writes what was decided, and that the reservation changed. */
export async function saveReservation(tx: Transaction, reservation: Reservation): Promise<Reservation> {
  const { id, generation, items, decisions } = reservation;
  const [[row]] = await Promise.all([
    tx.run(decide, {
      id,
      generation,
      items: JSON.stringify(storedItems(items)),
      decisions: JSON.stringify(storedDecisions(decisions)),
    }),
    tx.run(log, { id, operation: reservation.decisions.length === 1 ? "create" : "update" }),
  ]);
  if (row === undefined) throw new Error("a locked reservation is gone");
  return toReservation(row);
}
