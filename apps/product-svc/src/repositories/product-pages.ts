import {
  type CursorValue,
  type Keyset,
  type KeysetColumn,
  keyset,
  type Session,
  type Statement,
  statement,
} from "@skyport/db";
import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { products } from "../db/schema.ts";
import type { Product } from "../domain/product.ts";
import type { ProductListing, ProductOrder } from "../domain/product-list.ts";
import { type ProductRow, toProduct } from "./product-row.ts";

/** A product with its place in a listing. */
export interface PlacedProduct {
  readonly product: Product;
  readonly cursor: readonly CursorValue[];
}

/** How an order is read: its sort key, which ends in a unique column, and the cursor that a row stands for. */
interface Order {
  readonly keyset: Keyset;
  readonly cursor: (row: ProductRow) => readonly CursorValue[];
}

const createTime: KeysetColumn = { column: products.createTime, placeholder: "cursor0" };
const title: KeysetColumn = { column: products.titleFolded, placeholder: "cursor0" };
const id: KeysetColumn = { column: products.id, placeholder: "cursor0" };
const key: KeysetColumn = { column: products.key, placeholder: "cursor1" };

const byTime = (row: ProductRow) => [row.createTime, row.key];
const byTitle = (row: ProductRow) => [row.titleFolded, row.key];

const ORDERS: Readonly<Record<ProductOrder, Order>> = {
  create_time: { keyset: keyset("asc", createTime, key), cursor: byTime },
  "create_time desc": { keyset: keyset("desc", createTime, key), cursor: byTime },
  title: { keyset: keyset("asc", title, key), cursor: byTitle },
  "title desc": { keyset: keyset("desc", title, key), cursor: byTitle },
  id: { keyset: keyset("asc", id), cursor: (row) => [row.id] },
};

// The prefix is folded where the titles are. In code point order the titles that begin so are a range, from the prefix
// itself to the prefix followed by the highest code point, as often as a title is long.
const folded = sql`lower(${sql.placeholder("prefix")}::text COLLATE pg_c_utf8)`;
const hasPrefix = sql`${products.titleFolded} BETWEEN ${folded} AND ${folded} || repeat(chr(1114111), 200)`;

type ListStatement = Statement<Record<string, unknown>, ProductRow[]>;

const statements = new Map<string, ListStatement>();

/** One statement for each kind of listing, first page and later ones apart: each has one plan, whatever its values are. */
function listStatement(listing: ProductListing, isFirst: boolean): ListStatement {
  const { order, titlePrefix, inStockOnly } = listing;
  const name = ["list_products", order, titlePrefix !== "", inStockOnly, isFirst].join(" ");
  const known = statements.get(name);
  if (known !== undefined) return known;
  const { after, orderBy } = ORDERS[order].keyset;
  const conditions: SQL[] = [];
  if (inStockOnly) conditions.push(eq(products.isInStock, sql.raw("true")));
  if (titlePrefix !== "") conditions.push(hasPrefix);
  if (!isFirst) conditions.push(after);
  const made: ListStatement = statement((db) =>
    db
      .select(getTableColumns(products))
      .from(products)
      .where(and(...conditions))
      .orderBy(...orderBy)
      .limit(sql.placeholder("limit"))
      .prepare(name),
  );
  statements.set(name, made);
  return made;
}

/** Up to `limit` products of a listing after the cursor, or its first ones. */
export async function listProducts(
  session: Session,
  listing: ProductListing,
  after: readonly CursorValue[] | undefined,
  limit: number,
): Promise<PlacedProduct[]> {
  const rows = await session.run(listStatement(listing, after === undefined), {
    limit,
    prefix: listing.titlePrefix,
    cursor0: after?.[0],
    cursor1: after?.[1],
  });
  return rows.map((row) => ({ product: toProduct(row), cursor: ORDERS[listing.order].cursor(row) }));
}
