import { create } from "@bufbuild/protobuf";
import type { Versioned } from "@skyport/cache";
import { microsToTimestamp } from "@skyport/db";
import { type Order as OrderMessage, OrderSchema, type Product, OrderState as StateMessage } from "@skyport/proto";
import { etagOf } from "../domain/etag.ts";
import type { Money } from "../domain/money.ts";
import type { Order, OrderState } from "../domain/order.ts";
import { type PricedProduct, totalOf, type WantedLine } from "../domain/pricing.ts";

const STATES = {
  pending: StateMessage.PENDING,
  confirmed: StateMessage.CONFIRMED,
  cancelled: StateMessage.CANCELLED,
} as const satisfies Record<OrderState, StateMessage>;

/** The message that stands for an order in BASIC view, on the wire and in the cache. */
export function toMessage(order: Order): OrderMessage {
  const { id, state, lineItems, revision, createTime, updateTime } = order;
  const total = totalOf(lineItems);
  return create(OrderSchema, {
    id,
    state: STATES[state],
    lineItems: lineItems.map((item) => ({ ...item })),
    ...(total === undefined ? {} : { total }),
    etag: etagOf(revision),
    createTime: microsToTimestamp(createTime),
    updateTime: microsToTimestamp(updateTime),
  });
}

/** The message with the version that the cache compares. */
export function toVersioned(order: Order): Versioned<OrderMessage> {
  return { version: order.revision, value: toMessage(order) };
}

/** An order in FULL view: with the products as they are now, those that still exist. */
export function withProducts(order: OrderMessage, products: ReadonlyMap<string, Product>): OrderMessage {
  const lineItems = order.lineItems.map((item) => {
    const product = products.get(item.productId);
    return product === undefined ? item : { ...item, product, imageUri: product.imageUri };
  });
  return { ...order, lineItems };
}

/** What the bytes of an order in an answer depend on: its revision, and the products in it and those that are not. */
export function stampOf(order: OrderMessage, unreachable: readonly string[]): string[] {
  const products = order.lineItems.map(({ product }) =>
    product === undefined ? "" : `${product.etag} ${product.imageUri}`,
  );
  return [order.etag, ...products, ...unreachable];
}

/** The stored state that a filter asks for; undefined for any. */
export function stateOf(message: StateMessage): OrderState | undefined {
  const states: OrderState[] = ["pending", "confirmed", "cancelled"];
  return states.find((state) => STATES[state] === message);
}

/** What a request's order asks for. */
export function wantedLines(message: OrderMessage | undefined): WantedLine[] {
  return (message?.lineItems ?? []).map(({ productId, quantity, unitPrice }) => ({
    productId,
    quantity,
    unitPrice: unitPrice && moneyOf(unitPrice),
  }));
}

/** An amount without what a message carries beside it. */
export function moneyOf({ currencyCode, units, nanos }: Money): Money {
  return { currencyCode, units, nanos };
}

/** What pricing has to know of products. */
export function pricedProducts(products: ReadonlyMap<string, Product>): ReadonlyMap<string, PricedProduct> {
  return new Map(
    [...products.values()].map(({ id, title = "", inStock = 0, price }) => [
      id,
      { title, inStock, price: price && moneyOf(price) },
    ]),
  );
}
