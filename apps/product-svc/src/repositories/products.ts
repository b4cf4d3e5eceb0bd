import { noRow, rowOf, type Session, sqlStatement, type Transaction } from "@skyport/db";
import { sql } from "drizzle-orm";
import { products } from "../db/schema.ts";
import { MAX_STOCK, type Product, type ProductFields } from "../domain/product.ts";
import type { ProductChanges } from "../domain/update-mask.ts";
import { priceColumns, toProduct } from "./product-row.ts";

const p = sql.placeholder;

// Each by the index. A join would be planned for the 100 rows that the planner expects of any JSON: as a scan of all
// products while there are fewer than some 30,000 (of 10,000, for one id: 1.7 ms where this takes 0.06).
const findByIds = sqlStatement(
  sql`
  SELECT product.* FROM jsonb_array_elements_text(${p("ids")}::jsonb) AS wanted(id)
  CROSS JOIN LATERAL (SELECT * FROM products WHERE products.id = wanted.id OFFSET 0) AS product`,
  rowOf(products),
);

// One lock an id puts the revisions of a delete and of the create after it in their order. It travels with the statement
// that it is for, which has a snapshot of its own, taken once the lock is held.
const lockId = sqlStatement(
  sql`SELECT pg_advisory_xact_lock(hashtextextended('product:' || ${p("id")}::text, 0))`,
  noRow,
);

const insert = sqlStatement(
  sql`
  WITH made AS (
    INSERT INTO products
      (id, title, passenger_capacity, maximum_speed, in_stock, price_currency, price_units, price_nanos, revision)
    VALUES (${p("id")}, ${p("title")}, ${p("passengerCapacity")}, ${p("maximumSpeed")}, ${p("inStock")},
      ${p("priceCurrency")}, ${p("priceUnits")}, ${p("priceNanos")}, nextval('revisions'))
    ON CONFLICT (id) DO NOTHING
    RETURNING *
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind) SELECT key, in_stock, 'initial' FROM made
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'product', id, 'create', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(products),
);

// Every field has a flag, so that one prepared statement serves every mask.
const update = sqlStatement(
  sql`
  WITH before AS (
    SELECT key, in_stock FROM products
    WHERE id = ${p("id")} AND revision = coalesce(${p("revision")}::bigint, revision)
    FOR UPDATE
  ), made AS (
    UPDATE products SET
      title = CASE WHEN ${p("setTitle")}::boolean THEN ${p("title")}::text ELSE title END,
      passenger_capacity = CASE WHEN ${p("setPassengerCapacity")}::boolean
        THEN ${p("passengerCapacity")}::integer ELSE passenger_capacity END,
      maximum_speed = CASE WHEN ${p("setMaximumSpeed")}::boolean
        THEN ${p("maximumSpeed")}::integer ELSE maximum_speed END,
      in_stock = CASE WHEN ${p("setInStock")}::boolean THEN ${p("inStock")}::bigint ELSE products.in_stock END,
      price_currency = CASE WHEN ${p("setPrice")}::boolean THEN ${p("priceCurrency")}::text ELSE price_currency END,
      price_units = CASE WHEN ${p("setPrice")}::boolean THEN ${p("priceUnits")}::bigint ELSE price_units END,
      price_nanos = CASE WHEN ${p("setPrice")}::boolean THEN ${p("priceNanos")}::integer ELSE price_nanos END,
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    FROM before WHERE products.key = before.key
    RETURNING products.*
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind)
    SELECT key, made.in_stock - before.in_stock, 'overwrite' FROM made JOIN before USING (key)
    WHERE made.in_stock <> before.in_stock
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'product', id, 'update', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(products),
);

const remove = sqlStatement(
  sql`
  WITH gone AS (
    DELETE FROM products WHERE id = ${p("id")} AND revision = coalesce(${p("revision")}::bigint, revision) RETURNING id
  )
  INSERT INTO changes (entity, entity_id, operation, revision)
  SELECT 'product', id, 'delete', nextval('revisions') FROM gone
  RETURNING revision`,
  rowOf({ revision: products.revision }),
);

// Released reservations may lift the stock above what the contract can tell; taking some away is always possible.
const adjust = sqlStatement(
  sql`
  WITH made AS (
    UPDATE products SET
      in_stock = in_stock + ${p("delta")}::bigint,
      revision = nextval('revisions'),
      update_time = greatest(now(), update_time)
    WHERE id = ${p("id")} AND in_stock + ${p("delta")}::bigint >= 0
      AND (${p("delta")}::bigint < 0 OR in_stock + ${p("delta")}::bigint <= ${p("maxStock")}::bigint)
    RETURNING *
  ), ledger AS (
    INSERT INTO stock_movements (product_key, delta, kind) SELECT key, ${p("delta")}::bigint, 'adjustment' FROM made
  ), log AS (
    INSERT INTO changes (entity, entity_id, operation, revision) SELECT 'product', id, 'update', revision FROM made
  )
  SELECT * FROM made`,
  rowOf(products),
);

/** The products with these ids, in no order; ids without one are left out. */
export async function findProducts(session: Session, ids: readonly string[]): Promise<Product[]> {
  return (await session.run(findByIds, { ids: JSON.stringify(ids) })).map(toProduct);
}

/** Writes a new product, its first ledger row and its change; undefined when the id is taken. */
export async function insertProduct(
  tx: Transaction,
  product: ProductFields & { readonly id: string },
): Promise<Product | undefined> {
  const { id, title, passengerCapacity, maximumSpeed, inStock, price } = product;
  const params = { id, title, passengerCapacity, maximumSpeed, inStock, ...priceColumns(price) };
  const [, rows] = await Promise.all([tx.run(lockId, { id }), tx.run(insert, params)]);
  return rows.map(toProduct)[0];
}

/**
 * Changes a product; undefined when it does not exist, or is not at the revision.
 *
 * @param revision the revision that it must be at, or undefined for any
 */
export async function updateProduct(
  tx: Transaction,
  id: string,
  revision: bigint | undefined,
  changes: ProductChanges,
): Promise<Product | undefined> {
  const rows = await tx.run(update, {
    id,
    revision: revision ?? null,
    setTitle: "title" in changes,
    title: changes.title ?? null,
    setPassengerCapacity: "passengerCapacity" in changes,
    passengerCapacity: changes.passengerCapacity ?? null,
    setMaximumSpeed: "maximumSpeed" in changes,
    maximumSpeed: changes.maximumSpeed ?? null,
    setInStock: "inStock" in changes,
    inStock: changes.inStock ?? null,
    setPrice: "price" in changes,
    ...priceColumns(changes.price),
  });
  return rows.map(toProduct)[0];
}

/** Removes a product and returns the revision of its removal; undefined as in `updateProduct`. */
export async function deleteProduct(
  tx: Transaction,
  id: string,
  revision: bigint | undefined,
): Promise<bigint | undefined> {
  const [, rows] = await Promise.all([tx.run(lockId, { id }), tx.run(remove, { id, revision: revision ?? null })]);
  return rows[0]?.revision;
}

/** Adds to a product's stock; undefined when it does not exist, or the stock would leave what is allowed. */
export async function adjustStock(tx: Transaction, id: string, delta: number): Promise<Product | undefined> {
  return (await tx.run(adjust, { id, delta, maxStock: MAX_STOCK })).map(toProduct)[0];
}
