import { noRow, rowOf, sqlStatement } from "@skyport/db";
import { sql } from "drizzle-orm";
import { products } from "../../src/db/schema.ts";

const p = sql.placeholder;

const items = sql`jsonb_build_array(jsonb_build_object('productId', ${p("productId")}::text, 'quantity', 1))`;
const decisions = sql`jsonb_build_array(jsonb_build_object('generation', 1, 'fingerprint', ${p("productId")}::text))`;

/** The reservation's row and its change, before anything is decided. */
export const insertReservation = sqlStatement(
  sql`
  WITH made AS (
    INSERT INTO reservations (id, generation, items, decisions)
    VALUES (${p("id")}::uuid, 1, ${items}, ${decisions}) RETURNING id
  )
  INSERT INTO changes (entity, entity_id, operation, revision)
  SELECT 'reservation', id::text, 'create', nextval('revisions') FROM made`,
  noRow,
);

/** The product as it is, locked. */
export const lockProduct = sqlStatement(
  sql`SELECT * FROM products WHERE id = ${p("productId")} FOR UPDATE`,
  rowOf(products),
);

/** The product as it is. */
export const readProduct = sqlStatement(sql`SELECT * FROM products WHERE id = ${p("productId")}`, rowOf(products));

/** One piece less, with the ledger and the change; nothing where the revision is another than asked for. */
export const takeOne = sqlStatement(
  sql`
  WITH moved AS (
    UPDATE products SET in_stock = in_stock - 1, revision = nextval('revisions'), update_time = greatest(now(), update_time)
    WHERE id = ${p("productId")} AND in_stock >= 1 AND revision = coalesce(${p("revision")}::bigint, revision)
    RETURNING *
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
    SELECT key, -1, 'reservation', ${p("id")}::uuid, 1 FROM moved
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'product', id, 'update', revision FROM moved
  )
  SELECT * FROM moved`,
  rowOf(products),
);

/** All of it as one statement: no reservation without the piece. */
export const reserveAtOnce = sqlStatement(
  sql`
  WITH made AS (
    INSERT INTO reservations (id, generation, items, decisions)
    VALUES (${p("id")}::uuid, 1, ${items}, ${decisions}) RETURNING id
  ), moved AS (
    UPDATE products SET in_stock = in_stock - 1, revision = nextval('revisions'), update_time = greatest(now(), update_time)
    WHERE id = ${p("productId")} AND in_stock >= (SELECT count(*) FROM made)
    RETURNING *
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
    SELECT key, -1, 'reservation', ${p("id")}::uuid, 1 FROM moved
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision)
    SELECT 'product', id, 'update', revision FROM moved
    UNION ALL SELECT 'reservation', id::text, 'create', nextval('revisions') FROM made
  )
  SELECT * FROM moved`,
  rowOf(products),
);
