import type { Progress } from "../targets/target.ts";
import { withoutIndexes } from "./indexes.ts";
import { orderIdSql, productIdSql } from "./keys.ts";
import type { Sql } from "./sql.ts";

/** The two databases of a Skyport that this tool has started. */
export interface ShopSql {
  readonly product: Sql;
  readonly order: Sql;
}

/** How much of each product there was before the first order. */
const INITIAL_STOCK = 1_000_000;
/** Of the products that one run orders again and again. */
const HOT_STOCK = 1_000_000_000;
/** The first products are the hot ones. */
const HOT_PRODUCTS = 10;
/** A prime, so that order n's first product is another one for each n below it. */
const STRIDE = 7_919;
/** Rows of one statement: often enough for progress, few enough statements. */
const CHUNK = 250_000;

const INITIAL = `CASE WHEN n <= ${HOT_PRODUCTS} THEN ${HOT_STOCK} ELSE ${INITIAL_STOCK} END`;
const TITLE = "'Vessel ' || (n % 9973) || ' of line ' || n";
const PRICE_UNITS = "1000 + n % 90000";

/** The lines of orders `from` to `to`, as rows of (n, line, product, quantity): one each, every second one has two. */
function linesSql(from: number, to: number, products: number): string {
  return `
    SELECT n, 1 AS line, (n * ${STRIDE}::bigint) % ${products} + 1 AS product, 1 + n % 3 AS quantity
    FROM generate_series(${from}::bigint, ${to}::bigint) AS n
    UNION ALL
    SELECT n, 2, (n * ${STRIDE}::bigint + ${Math.floor(products / 2)}) % ${products} + 1, 1
    FROM generate_series(${from}::bigint, ${to}::bigint) AS n WHERE n % 2 = 0`;
}

async function inChunks(rows: number, fill: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 1; from <= rows; from += CHUNK) await fill(from, Math.min(rows, from + CHUNK - 1));
}

async function fillProducts(sql: Sql, products: number, orders: number): Promise<void> {
  await sql(`CREATE TEMP TABLE taken (product bigint, quantity bigint)`);
  await inChunks(orders, (from, to) =>
    sql(
      `INSERT INTO taken SELECT product, sum(quantity) FROM (${linesSql(from, to, products)}) AS lines GROUP BY product`,
    ),
  );
  await sql(`CREATE TEMP TABLE taken_sum AS SELECT product, sum(quantity)::bigint AS quantity FROM taken GROUP BY 1`);
  await sql(`ANALYZE taken_sum`);
  await withoutIndexes(sql, ["products"], () =>
    inChunks(products, (from, to) =>
      sql(`
        INSERT INTO products (key, id, title, passenger_capacity, maximum_speed, in_stock, price_currency, price_units,
          price_nanos, revision, create_time, update_time)
        OVERRIDING SYSTEM VALUE
        SELECT n, ${productIdSql("n")}, ${TITLE}, 1 + n % 900, 1 + n % 30, ${INITIAL} - coalesce(quantity, 0), 'EUR',
          ${PRICE_UNITS}, 0, nextval('revisions'), moment, moment
        FROM generate_series(${from}::bigint, ${to}::bigint) AS n
        CROSS JOIN LATERAL (SELECT now() - interval '1 day' + n * interval '10 us' AS moment) AS at
        LEFT JOIN taken_sum ON product = n`),
    ),
  );
  await withoutIndexes(sql, ["stock_movements", "reservations"], async () => {
    await inChunks(products, (from, to) =>
      sql(`
        INSERT INTO stock_movements (product_key, delta, kind)
        SELECT n, ${INITIAL}, 'initial' FROM generate_series(${from}::bigint, ${to}::bigint) AS n`),
    );
    await inChunks(orders, (from, to) => fillReservations(sql, from, to, products));
  });
  await sql(`SELECT setval(pg_get_serial_sequence('products', 'key'), ${products})`);
  await sql(`DROP TABLE taken, taken_sum`);
}

async function fillReservations(sql: Sql, from: number, to: number, products: number): Promise<void> {
  const lines = linesSql(from, to, products);
  await sql(`
    INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
    SELECT product, -quantity, 'reservation', ${orderIdSql("n")}, 1 FROM (${lines}) AS lines`);
  await sql(`
    INSERT INTO reservations (id, generation, items, decisions)
    SELECT ${orderIdSql("n")}, 1,
      jsonb_agg(jsonb_build_object('productId', ${productIdSql("product")}, 'productKey', product::text,
        'quantity', quantity) ORDER BY product),
      '[{"generation": 1, "fingerprint": "seeded"}]'
    FROM (${lines}) AS lines GROUP BY n`);
}

async function fillOrders(sql: Sql, products: number, orders: number): Promise<void> {
  // The references of order_products are what this very statement inserts.
  await sql(`SET session_replication_role = replica`);
  await withoutIndexes(sql, ["orders", "order_products"], () =>
    inChunks(orders, async (from, to) => {
      const moment = `(SELECT now() - interval '1 day' + n * interval '10 us')`;
      const lines = linesSql(from, to, products);
      await sql(`
        INSERT INTO orders (id, key, state, line_items, generation, revision, create_time, update_time)
        OVERRIDING SYSTEM VALUE
        SELECT ${orderIdSql("n")}, n, 'confirmed',
          jsonb_agg(jsonb_build_object('productId', ${productIdSql("product")}, 'quantity', quantity,
            'unitPrice', jsonb_build_object('currencyCode', 'EUR', 'units', (1000 + product % 90000)::text, 'nanos', 0),
            'title', 'Vessel ' || (product % 9973) || ' of line ' || product) ORDER BY line),
          1, nextval('revisions'), ${moment}, ${moment}
        FROM (${lines}) AS lines GROUP BY n ORDER BY n`);
      await sql(`
        INSERT INTO order_products (product_id, order_key, state, create_time)
        SELECT ${productIdSql("product")}, n, 'confirmed', orders.create_time
        FROM (${lines}) AS lines JOIN orders ON orders.key = n`);
    }),
  );
  await sql(`SET session_replication_role = DEFAULT`);
  await sql(`SELECT setval(pg_get_serial_sequence('orders', 'key'), ${Math.max(1, orders)}, ${orders > 0})`);
}

/** Adds so many products to a running shop, with their ledger, behind the services' back: nobody has read them yet. */
export async function addProducts(sql: Sql, count: number): Promise<void> {
  await sql(`
    WITH made AS (
      INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, price_currency, price_units,
        price_nanos, revision)
      SELECT 'g-' || gen_random_uuid(), ${TITLE}, 1 + n % 900, 1 + n % 30, ${INITIAL_STOCK}, 'EUR', ${PRICE_UNITS}, 0,
        nextval('revisions')
      FROM generate_series(1::bigint, ${count}::bigint) AS n
      RETURNING key, in_stock
    )
    INSERT INTO stock_movements (product_key, delta, kind) SELECT key, in_stock, 'initial' FROM made`);
}

/**
 * Fills a Skyport's empty databases as if so many orders had been made through its services: stock, ledger, reservations
 * and orders agree, so that an audit finds nothing. Nothing of it has been read before, or a cache would know better.
 *
 * @param products at least 2
 */
export async function seedShop(shop: ShopSql, products: number, orders: number, progress: Progress): Promise<void> {
  progress.show(0, `filling ${products} products and ${orders} orders`);
  await Promise.all([fillProducts(shop.product, products, orders), fillOrders(shop.order, products, orders)]);
  progress.show(0.8, "vacuum and statistics");
  await Promise.all([shop.product("VACUUM ANALYZE"), shop.order("VACUUM ANALYZE")]);
  progress.show(1, "filled");
}
