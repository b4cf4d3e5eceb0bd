import { noRow, rowOf, sqlStatement } from "@skyport/db";
import { sql } from "drizzle-orm";
import { products, reservations } from "../../src/db/schema.ts";

const p = sql.placeholder;

/** One reservation's row, made where there is none. */
export const lockReservation = sqlStatement(
  sql`
  INSERT INTO reservations (id, generation) VALUES (${p("id")}::uuid, 0)
  ON CONFLICT (id) DO UPDATE SET generation = reservations.generation RETURNING *`,
  rowOf(reservations),
);

/** Locks, decides, moves and writes the ledger in one statement, for one wish. */
export const lockAndMove = sqlStatement(
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
    SELECT key, -take, 'reservation', ${p("id")}::uuid, 1 FROM shelf JOIN moved USING (key)
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision)
    SELECT 'product', id, 'update', revision FROM moved
  )
  SELECT * FROM moved`,
  rowOf(products),
);

/** What became of it. */
export const decideReservation = sqlStatement(
  sql`
  UPDATE reservations SET
    generation = 1,
    items = ${p("items")}::jsonb,
    decisions = ${p("decisions")}::jsonb,
    update_time = greatest(now(), update_time)
  WHERE id = ${p("id")}::uuid
  RETURNING *`,
  rowOf(reservations),
);

/** That it changed. */
export const logReservation = sqlStatement(
  sql`
  INSERT INTO changes (entity, entity_id, operation, revision)
  VALUES ('reservation', ${p("id")}::text, 'create', nextval('revisions'))`,
  noRow,
);
