import { IN_TRANSACTION, rowOf, type Session, sqlStatement, statement, type Transaction } from "@skyport/db";
import { getTableColumns, sql } from "drizzle-orm";
import { orders } from "../db/schema.ts";
import type { LineItem, Order, OrderState } from "../domain/order.ts";
import { storedLineItems, toOrder } from "./order-row.ts";

const p = sql.placeholder;

const findByIds = statement<{ ids: string }, (typeof orders.$inferSelect)[]>((db) =>
  db
    .select(getTableColumns(orders))
    .from(orders)
    .innerJoin(sql`jsonb_array_elements_text(${p("ids")}::jsonb) AS wanted(id)`, sql`wanted.id::uuid = ${orders.id}`)
    .prepare("find_orders"),
);

// It travels with BEGIN.
const lock = sqlStatement(
  sql`SELECT * FROM orders WHERE id = ${p("id")}::uuid AND ${IN_TRANSACTION} FOR UPDATE`,
  rowOf(orders),
);

const insert = sqlStatement(
  sql`
  WITH made AS (
    INSERT INTO orders (id, state, line_items, generation, revision)
    VALUES (${p("id")}::uuid, 'pending', ${p("lineItems")}::jsonb, 1, nextval('revisions'))
    RETURNING *
  ), listed AS (
    INSERT INTO order_products (product_id, order_key, state, create_time)
    SELECT item."productId", key, state, create_time
    FROM made, jsonb_to_recordset(line_items) AS item("productId" text)
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'order', id, 'create', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(orders),
);

const setState = sqlStatement(
  sql`
  WITH made AS (
    UPDATE orders SET
      state = ${p("state")}::text,
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    WHERE id = ${p("id")}::uuid
    RETURNING *
  ), listed AS (
    UPDATE order_products SET state = made.state FROM made WHERE order_key = made.key
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'order', id, 'update', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(orders),
);

// Lines that stay keep their index rows; the primary key of order_products lets both parts run in one statement.
const setLineItems = sqlStatement(
  sql`
  WITH made AS (
    UPDATE orders SET
      line_items = ${p("lineItems")}::jsonb,
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    WHERE id = ${p("id")}::uuid
    RETURNING *
  ), wanted AS (
    SELECT item."productId" AS product_id, made.* FROM made, jsonb_to_recordset(line_items) AS item("productId" text)
  ), unlisted AS (
    DELETE FROM order_products USING made
    WHERE order_key = made.key AND product_id NOT IN (SELECT wanted.product_id FROM wanted)
  ), listed AS (
    INSERT INTO order_products (product_id, order_key, state, create_time)
    SELECT product_id, key, state, create_time FROM wanted
    ON CONFLICT (order_key, product_id) DO NOTHING
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'order', id, 'update', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(orders),
);

const setGeneration = sqlStatement(
  sql`UPDATE orders SET generation = ${p("generation")}::integer WHERE id = ${p("id")}::uuid RETURNING *`,
  rowOf(orders),
);

const remove = sqlStatement(
  sql`
  WITH gone AS (
    DELETE FROM orders WHERE id = ${p("id")}::uuid RETURNING id
  )
  INSERT INTO changes (entity, entity_id, operation, revision)
  SELECT 'order', id, 'delete', nextval('revisions') FROM gone
  RETURNING revision`,
  rowOf({ revision: orders.revision }),
);

/** The orders with these ids, in no order; ids without one are left out. */
export async function findOrders(session: Session, ids: readonly string[]): Promise<Order[]> {
  return (await session.run(findByIds, { ids: JSON.stringify(ids) })).map(toOrder);
}

/** Locks an order until the transaction ends; undefined when it does not exist. Taken before any intention's lock. */
export async function lockOrder(session: Session, id: string): Promise<Order | undefined> {
  return (await session.run(lock, { id })).map(toOrder)[0];
}

/** Writes a pending order, of generation 1. */
export async function insertOrder(tx: Transaction, id: string, lineItems: readonly LineItem[]): Promise<Order> {
  return only(await tx.run(insert, { id, lineItems: storedLineItems(lineItems) }));
}

/** Moves a locked order to a state. */
export async function setOrderState(tx: Transaction, id: string, state: OrderState): Promise<Order> {
  return only(await tx.run(setState, { id, state }));
}

/** Replaces a locked order's line items. */
export async function setOrderLineItems(tx: Transaction, id: string, lineItems: readonly LineItem[]): Promise<Order> {
  return only(await tx.run(setLineItems, { id, lineItems: storedLineItems(lineItems) }));
}

/** Notes the newest intention of a locked order; callers cannot see it, so it has no revision. */
export async function setOrderGeneration(tx: Transaction, id: string, generation: number): Promise<Order> {
  return only(await tx.run(setGeneration, { id, generation }));
}

/** Removes a locked order and returns the revision of its removal. */
export async function deleteOrder(tx: Transaction, id: string): Promise<bigint> {
  const [row] = await tx.run(remove, { id });
  if (row === undefined) throw new Error("a locked order is gone");
  return row.revision;
}

function only(rows: readonly (typeof orders.$inferSelect)[]): Order {
  const [row] = rows;
  if (row === undefined) throw new Error("a locked order is gone");
  return toOrder(row);
}
