import { noRow, sqlStatement } from "@skyport/db";
import { sql } from "drizzle-orm";
import type { Hold } from "./hold.ts";
import { DataSide } from "./side.ts";

const p = sql.placeholder;

const lockProduct = sqlStatement(sql`SELECT 1 FROM products WHERE id = ${p("id")}::text FOR UPDATE`, noRow);

const decided = sqlStatement(
  sql`
  SELECT 1 FROM reservations
  WHERE id = ${p("orderId")}::uuid AND generation >= ${p("generation")}::integer`,
  () => true,
);

const stock = sqlStatement(sql`SELECT id, in_stock FROM products`, ({ id, in_stock }) => ({
  id: String(id),
  inStock: Number(in_stock),
}));

const storyOf = sqlStatement(
  sql`
  SELECT to_jsonb(r)::text AS line FROM reservations r WHERE id = ${p("orderId")}::uuid
  UNION ALL
  SELECT to_jsonb(m)::text FROM stock_movements m WHERE reservation_id = ${p("orderId")}::uuid`,
  ({ line }) => String(line),
);

/** product-svc's database, as far as the run has to look into it or stand in its way. */
export class ProductData extends DataSide {
  static async open(url: string): Promise<ProductData> {
    return new ProductData(await DataSide.connect(url));
  }

  /** Keeps stock of a product from being moved. */
  holdProduct(id: string): Promise<Hold> {
    return this.hold(lockProduct, { id });
  }

  /** Whether the generation of an order's reservation was decided, and committed. */
  async isDecided({
    orderId,
    generation,
  }: {
    readonly orderId: string;
    readonly generation: number;
  }): Promise<boolean> {
    return (await this.rows(decided, { orderId, generation })).length > 0;
  }

  /** What is left of each product. */
  async stock(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.rows(stock, {})).map(({ id, inStock }) => [id, inStock]));
  }

  /** Everything that is stored of an order's reservation, a line each, for people. */
  storyOf(orderId: string): Promise<string[]> {
    return this.rows(storyOf, { orderId });
  }
}
