import { type CursorValue, keyset, type Session, type Statement, statement } from "@skyport/db";
import { and, eq, getTableColumns, gte, lt, type SQL, sql } from "drizzle-orm";
import { orderProducts, orders } from "../db/schema.ts";
import type { Order } from "../domain/order.ts";
import type { OrderListing } from "../domain/order-list.ts";
import { toOrder } from "./order-row.ts";

/** An order with its place in a listing. */
export interface PlacedOrder {
  readonly order: Order;
  readonly cursor: readonly CursorValue[];
}

type ListStatement = Statement<Record<string, unknown>, (typeof orders.$inferSelect)[]>;

const p = sql.placeholder;

const statements = new Map<string, ListStatement>();

/**
 * One statement for each kind of listing, first page and later ones apart. With a product the index rows of its orders
 * are walked in the list's order, and each order is looked up by its key.
 */
function listStatement(listing: OrderListing, isFirst: boolean): ListStatement {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const parts = [order, state, productId, createTimeAfter, createTimeBefore].map((part) => part !== undefined);
  const name = ["list_orders", order, ...parts, isFirst].join(" ");
  const known = statements.get(name);
  if (known !== undefined) return known;
  const walked = productId === undefined ? orders : orderProducts;
  const keyColumn = productId === undefined ? orders.key : orderProducts.orderKey;
  const { after, orderBy } = keyset(
    order === "create_time" ? "asc" : "desc",
    { column: walked.createTime, placeholder: "cursor0" },
    { column: keyColumn, placeholder: "cursor1" },
  );
  const conditions: SQL[] = [];
  if (productId !== undefined) conditions.push(eq(orderProducts.productId, p("productId")));
  if (state !== undefined) conditions.push(eq(walked.state, p("state")));
  // Drizzle leaves a bare placeholder's value as it is; as a parameter of the column it becomes the column's text.
  const time = (name: string): SQL => sql`${sql.param(p(name), walked.createTime)}`;
  if (createTimeAfter !== undefined) conditions.push(gte(walked.createTime, time("createTimeAfter")));
  if (createTimeBefore !== undefined) conditions.push(lt(walked.createTime, time("createTimeBefore")));
  if (!isFirst) conditions.push(after);
  const made: ListStatement = statement((db) => {
    const from = db.select(getTableColumns(orders)).from(orders).$dynamic();
    const joined =
      productId === undefined ? from : from.innerJoin(orderProducts, eq(orders.key, orderProducts.orderKey));
    return joined
      .where(and(...conditions))
      .orderBy(...orderBy)
      .limit(p("limit"))
      .prepare(name);
  });
  statements.set(name, made);
  return made;
}

/** Up to `limit` orders of a listing after the cursor, or its first ones. */
export async function listOrders(
  session: Session,
  listing: OrderListing,
  after: readonly CursorValue[] | undefined,
  limit: number,
): Promise<PlacedOrder[]> {
  const { state, productId, createTimeAfter, createTimeBefore } = listing;
  const rows = await session.run(listStatement(listing, after === undefined), {
    limit,
    state,
    productId,
    createTimeAfter,
    createTimeBefore,
    cursor0: after?.[0],
    cursor1: after?.[1],
  });
  return rows.map(toOrder).map((order) => ({ order, cursor: [order.createTime, order.key] }));
}
