import { orderId, productId } from "../stage/keys.ts";
import type { Shop } from "../stage/shop.ts";

/** So many numbers from 1 to `rows`, evenly apart. */
export function spread(rows: number, count: number): number[] {
  const taken = Math.min(rows, count);
  return Array.from({ length: taken }, (_, index) => 1 + Math.floor((index * rows) / taken));
}

/** Ids of products from the whole table. */
export function someProducts({ products }: Pick<Shop, "products">, count: number): string[] {
  return spread(products, count).map(productId);
}

/** Ids of orders from the whole table. */
export function someOrders({ orders }: Pick<Shop, "orders">, count: number): string[] {
  return spread(orders, count).map(orderId);
}
