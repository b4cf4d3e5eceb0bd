import type { products } from "../db/schema.ts";
import type { Money, Product } from "../domain/product.ts";
import { MAX_STOCK } from "../domain/product.ts";

/** A row of the products table, decoded. */
export type ProductRow = typeof products.$inferSelect;

/** The product that a row holds. */
export function toProduct(row: ProductRow): Product {
  return {
    key: row.key,
    id: row.id,
    title: row.title,
    passengerCapacity: row.passengerCapacity,
    maximumSpeed: row.maximumSpeed,
    inStock: Math.min(row.inStock, MAX_STOCK),
    price: priceOf(row),
    revision: row.revision,
    createTime: row.createTime,
    updateTime: row.updateTime,
  };
}

function priceOf({ priceCurrency, priceUnits, priceNanos }: ProductRow): Money | undefined {
  if (priceCurrency === null || priceUnits === null || priceNanos === null) return undefined;
  return { currencyCode: priceCurrency, units: priceUnits, nanos: priceNanos };
}

/** The columns that a price is stored in. */
export function priceColumns(price: Money | undefined): {
  priceCurrency: string | null;
  priceUnits: bigint | null;
  priceNanos: number | null;
} {
  return {
    priceCurrency: price?.currencyCode ?? null,
    priceUnits: price?.units ?? null,
    priceNanos: price?.nanos ?? null,
  };
}
