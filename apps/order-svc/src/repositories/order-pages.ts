import { type CursorValue, keyset, type Session, type Statement, statement } from "@skyport/db";
import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
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

/** One statement for each kind of listing, first page and later ones apart. */
function listStatement(listing: OrderListing, isFirst: boolean): ListStatement {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const parts = [state, productId, createTimeAfter, createTimeBefore].map((part) => part !== undefined);
  const name = ["list_orders", order, ...parts, isFirst].join(" ");
  const known = statements.get(name);
  if (known !== undefined) return known;
  const made = makeStatement(name, listing, isFirst);
  statements.set(name, made);
  return made;
}

/**
 * Walks one index from bound to bound. With a product these are the index rows of its orders, in the list's order, and
 * each order is looked up by its key.
 *
 * A state is part of the sort key, never compared by "=". With "=" the planner may walk the plain index of times as well,
 * and drop the orders of other states: for a state that is rare, or whose orders are all old, that is the whole table
 * (2,300 blocks a page with 100,000 orders, against 160). And of two lower bounds the server may begin at the looser one, so
 * the cursor takes the place of the time that it is beyond anyway.
 */
function makeStatement(name: string, listing: OrderListing, isFirst: boolean): ListStatement {
  const isRising = listing.order === "create_time";
  const ofProduct = listing.productId !== undefined;
  const walked = ofProduct ? orderProducts : orders;
  const state = listing.state === undefined ? undefined : { column: walked.state, placeholder: "state" };
  const time = { column: walked.createTime, placeholder: "cursor0" };
  const key = { column: ofProduct ? orderProducts.orderKey : orders.key, placeholder: "cursor1" };
  const direction = isRising ? "asc" : "desc";
  const { after, orderBy } = state === undefined ? keyset(direction, time, key) : keyset(direction, state, time, key);

  /** At a time where one is given; else at the state's end, where there is a state. */
  function bound(operator: SQL, placeholder: "createTimeAfter" | "createTimeBefore"): SQL | undefined {
    // Drizzle leaves a bare placeholder's value as it is; as a parameter of the column it becomes the column's text.
    const at = sql.param(p(placeholder), walked.createTime);
    const isGiven = listing[placeholder] !== undefined;
    if (state === undefined) return isGiven ? sql`${walked.createTime} ${operator} ${at}` : undefined;
    if (isGiven) return sql`(${walked.state}, ${walked.createTime}) ${operator} (${p("state")}, ${at})`;
    return placeholder === "createTimeAfter"
      ? sql`${walked.state} >= ${p("state")}`
      : sql`${walked.state} <= ${p("state")}`;
  }

  const lower = isRising && !isFirst ? after : bound(sql`>=`, "createTimeAfter");
  const upper = !isRising && !isFirst ? after : bound(sql`<`, "createTimeBefore");
  const product = ofProduct ? eq(orderProducts.productId, p("productId")) : undefined;
  return statement((db) => {
    const from = db.select(getTableColumns(orders)).from(orders).$dynamic();
    const joined = ofProduct ? from.innerJoin(orderProducts, eq(orders.key, orderProducts.orderKey)) : from;
    return joined
      .where(and(product, lower, upper))
      .orderBy(...orderBy)
      .limit(p("limit"))
      .prepare(name);
  });
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
