import { timestampMicros } from "@skyport/db";
import { bigint, boolean, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";

/** Products, as 0001_products.sql makes them. */
export const products = pgTable("products", {
  key: bigint("key", { mode: "bigint" }).notNull(),
  id: text("id").notNull(),
  title: text("title").notNull(),
  titleFolded: text("title_folded").notNull(),
  passengerCapacity: integer("passenger_capacity").notNull(),
  maximumSpeed: integer("maximum_speed").notNull(),
  inStock: bigint("in_stock", { mode: "number" }).notNull(),
  isInStock: boolean("is_in_stock").notNull(),
  priceCurrency: text("price_currency"),
  priceUnits: bigint("price_units", { mode: "bigint" }),
  priceNanos: integer("price_nanos"),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  createTime: timestampMicros("create_time").notNull(),
  updateTime: timestampMicros("update_time").notNull(),
});

/** An item of a reservation as it is stored; keys are text, because JSON numbers are too small for them. */
export interface StoredItem {
  readonly productId: string;
  readonly productKey: string;
  readonly quantity: number;
}

/** A decision of a reservation as it is stored. */
export interface StoredDecision {
  readonly generation: number;
  readonly fingerprint: string;
  readonly refusal?: readonly { productId: string; wanted: number; inStock: number | null }[];
}

/** Reservations, as 0002_inventory.sql makes them. */
export const reservations = pgTable("reservations", {
  id: uuid("id").notNull(),
  generation: integer("generation").notNull(),
  items: jsonb("items").$type<readonly StoredItem[]>().notNull(),
  decisions: jsonb("decisions").$type<readonly StoredDecision[]>().notNull(),
  createTime: timestampMicros("create_time").notNull(),
  updateTime: timestampMicros("update_time").notNull(),
});

/** What is told beside a reservation when it is locked: the time of the transaction. */
export const lockedReservations = pgTable("locked_reservations", { now: timestampMicros("now").notNull() });

/** What the audit reads of a product. */
export const auditedProducts = pgTable("audited_products", {
  key: bigint("key", { mode: "bigint" }).notNull(),
  id: text("id").notNull(),
  inStock: bigint("in_stock", { mode: "bigint" }).notNull(),
  ledger: bigint("ledger", { mode: "bigint" }).notNull(),
});

/** What the audit reads of a page of reservations: a row a product, one without a reservation for a page of none. */
export const auditedLines = pgTable("audited_lines", {
  pageEnd: uuid("page_end"),
  reservationId: uuid("reservation_id"),
  productId: text("product_id"),
  held: bigint("held", { mode: "bigint" }).notNull(),
  ledger: bigint("ledger", { mode: "bigint" }).notNull(),
});
