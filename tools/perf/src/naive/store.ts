import { createDatabase, noRow, type Parameters, type RawRow, type Statement, sqlStatement } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

const p = sql.placeholder;
const TIMEOUT_MS = 60_000;

/** A product as the roles hand it around. */
export interface NaiveProduct {
  readonly id: string;
  readonly title: string;
  readonly passengerCapacity: number;
  readonly maximumSpeed: number;
  readonly inStock: number;
  readonly price: { readonly currencyCode: string; readonly units: string };
}

export interface NaiveLine {
  readonly productId: string;
  readonly quantity: number;
  readonly price: number;
}

function toProduct(row: RawRow): NaiveProduct {
  return {
    id: String(row["id"]),
    title: String(row["title"]),
    passengerCapacity: Number(row["passenger_capacity"]),
    maximumSpeed: Number(row["maximum_speed"]),
    inStock: Number(row["in_stock"]),
    price: { currencyCode: "EUR", units: String(row["price"]) },
  };
}

const all = sqlStatement(sql`SELECT * FROM products`, toProduct);
const byId = sqlStatement(sql`SELECT * FROM products WHERE id = ${p("id")}::text`, toProduct);
const insertProduct = sqlStatement(
  sql`INSERT INTO products VALUES (${p("id")}::text, ${p("title")}::text, ${p("passengerCapacity")}::integer,
    ${p("maximumSpeed")}::integer, ${p("inStock")}::bigint, ${p("price")}::bigint)`,
  noRow,
);
const take = sqlStatement(
  sql`UPDATE products SET in_stock = in_stock - ${p("quantity")}::integer WHERE id = ${p("id")}::text`,
  noRow,
);
const insertOrder = sqlStatement(
  sql`
  WITH made AS (INSERT INTO orders DEFAULT VALUES RETURNING id), lines AS (
    INSERT INTO order_details (order_id, product_id, price, quantity)
    SELECT made.id, "productId", price, quantity
    FROM made, jsonb_to_recordset(${p("lines")}::jsonb) AS l("productId" text, price bigint, quantity integer)
  )
  SELECT id FROM made`,
  ({ id }) => String(id),
);
const linesOf = sqlStatement(
  sql`SELECT * FROM order_details WHERE order_id = ${p("id")}::bigint ORDER BY id`,
  (row): NaiveLine => ({
    productId: String(row["product_id"]),
    quantity: Number(row["quantity"]),
    price: Number(row["price"]),
  }),
);

/** The design's statements, through the driver and the pool that Skyport itself uses: that is not what is compared. */
export class NaiveStore {
  readonly #database;

  constructor(url: string) {
    this.#database = createDatabase({ url, applicationName: "naive" });
  }

  all(): Promise<NaiveProduct[]> {
    return this.#run(all, {});
  }

  async product(id: string): Promise<NaiveProduct | undefined> {
    return (await this.#run(byId, { id }))[0];
  }

  async addProduct({ price, ...product }: NaiveProduct): Promise<void> {
    await this.#run(insertProduct, { ...product, price: price.units });
  }

  async take(id: string, quantity: number): Promise<void> {
    await this.#run(take, { id, quantity });
  }

  async addOrder(lines: readonly NaiveLine[]): Promise<string> {
    const [id = ""] = await this.#run(insertOrder, { lines: JSON.stringify(lines) });
    return id;
  }

  lines(id: string): Promise<NaiveLine[]> {
    return this.#run(linesOf, { id });
  }

  #run<P extends Parameters, R>(statement: Statement<P, R>, params: P): Promise<R> {
    return this.#database.read(Deadline.after(TIMEOUT_MS), (session) => session.run(statement, params));
  }
}
