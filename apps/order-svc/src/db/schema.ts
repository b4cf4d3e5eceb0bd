import { timestampMicros } from "@skyport/db";
import { bigint, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { RefusalRecord } from "../domain/refusal.ts";

/** A line item as it is stored; units are text, because JSON numbers are too small for them. */
export interface StoredLineItem {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: { readonly currencyCode: string; readonly units: string; readonly nanos: number };
  readonly title: string;
}

/** Orders, as 0001_orders.sql makes them. */
export const orders = pgTable("orders", {
  id: uuid("id").notNull(),
  key: bigint("key", { mode: "bigint" }).notNull(),
  state: text("state", { enum: ["pending", "confirmed", "cancelled"] }).notNull(),
  lineItems: jsonb("line_items").$type<readonly StoredLineItem[]>().notNull(),
  generation: integer("generation").notNull(),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  createTime: timestampMicros("create_time").notNull(),
  updateTime: timestampMicros("update_time").notNull(),
});

/** Which orders have a line of a product. */
export const orderProducts = pgTable("order_products", {
  productId: text("product_id").notNull(),
  orderKey: bigint("order_key", { mode: "bigint" }).notNull(),
  state: text("state", { enum: ["pending", "confirmed", "cancelled"] }).notNull(),
  createTime: timestampMicros("create_time").notNull(),
});

/** Intentions, as 0002_intentions.sql makes them. */
export const intentions = pgTable("order_intentions", {
  orderId: uuid("order_id").notNull(),
  generation: integer("generation").notNull(),
  kind: text("kind", { enum: ["create", "update", "release"] }).notNull(),
  lineItems: jsonb("line_items").$type<readonly StoredLineItem[]>().notNull(),
  principal: text("principal"),
  rpc: text("rpc"),
  requestId: uuid("request_id"),
  fingerprint: text("fingerprint"),
  state: text("state", { enum: ["open", "done", "refused", "superseded"] }).notNull(),
  refusal: jsonb("refusal").$type<RefusalRecord>(),
  attempts: integer("attempts").notNull(),
  deadline: timestampMicros("deadline"),
  createTime: timestampMicros("create_time").notNull(),
});
