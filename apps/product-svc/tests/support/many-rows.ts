import type { Sql } from "./sql.ts";

/**
 * Fills the tables with plausible rows, made by the database itself: `count` products, three to a microsecond, two
 * thirds of them in stock, and a tenth as many reservations with their ledger. Indexes are built when the rows are in.
 */
export async function fillWithRows(sql: Sql, count: number): Promise<void> {
  await sql("SET maintenance_work_mem = '512MB'");
  const indexes = await sql(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'products' AND indexname <> 'products_pkey'",
  );
  for (const { indexname } of indexes) await sql(`DROP INDEX ${String(indexname)}`);
  await sql("ALTER TABLE products DROP CONSTRAINT products_pkey");
  await sql("ALTER TABLE products SET UNLOGGED");
  await sql(
    `INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision, create_time)
      SELECT 'product-' || i, (ARRAY['Ship', 'ship', 'Boat', 'Äpfel', 'Zeppelin', 'Odyssey', 'raft', 'Kayak', 'Punt',
        'Dory'])[1 + i % 10] || ' ' || md5(i::text), i % 300, i % 90, CASE WHEN i % 3 = 0 THEN 0 ELSE 1 + i % 50 END, i,
        '2026-01-01'::timestamptz + i / 3 * interval '1 second'
      FROM generate_series(1, ${count}) AS i`,
  );
  await sql("ALTER TABLE products ADD PRIMARY KEY (key)");
  for (const { indexdef } of indexes) await sql(String(indexdef));
  await sql(
    `INSERT INTO reservations (id, generation, items)
      SELECT uuidv7(), 1, jsonb_build_array(jsonb_build_object('productId', id, 'productKey', key::text, 'quantity', 1))
      FROM products WHERE key <= ${count / 10}`,
  );
  await sql(
    `INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
      SELECT (items -> 0 ->> 'productKey')::bigint, -1, 'reservation', id, 1 FROM reservations`,
  );
  await sql("VACUUM (ANALYZE) products, reservations, stock_movements");
}

/** Fills the tables that every service has: as many changes, and answers to requests. */
export async function fillLibraryTables(sql: Sql, count: number): Promise<void> {
  await sql(
    `INSERT INTO changes (entity, entity_id, operation, revision)
      SELECT 'product', 'product-' || i, 'update', i FROM generate_series(1, ${count}) AS i`,
  );
  // Ids in the order of time: random ones would take as long as all the rest.
  await sql(
    `INSERT INTO request_ids (principal, rpc, request_id, fingerprint, response)
      SELECT '', 'probe', uuidv7(), '\\x00', '\\x00' FROM generate_series(1, ${count}) AS i`,
  );
  await sql("VACUUM (ANALYZE) changes, request_ids");
}
