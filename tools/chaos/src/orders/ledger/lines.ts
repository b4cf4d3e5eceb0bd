import type { Order } from "@skyport/proto";

/** A product of the shop. Its title and price never change. */
export interface Shelf {
  readonly id: string;
  readonly title: string;
  readonly units: number;
  readonly inStock: number;
}

/** One line as it is asked for. */
export interface WantedLine {
  readonly shelf: Shelf;
  readonly quantity: number;
  /** With a price of its own, which names the request; else at the product's price. The first line is always marked. */
  readonly isMarked: boolean;
}

/** Which request wrote an order: the number of its create, and 0, or the number of the change that came after. */
export interface Mark {
  readonly number: number;
  readonly change: number;
}

const CURRENCY = "EUR";
const NANOS = 1_000_000_000n;

/** The line items of a request. The mark is the price: whole units name the create, nanos the change. */
export function lineItems(wanted: readonly WantedLine[], { number, change }: Mark) {
  return wanted.map(({ shelf, quantity, isMarked }) => ({
    productId: shelf.id,
    quantity,
    ...(isMarked && { unitPrice: { currencyCode: CURRENCY, units: BigInt(number), nanos: change } }),
  }));
}

/** What the order must hold when that request was granted, as `linesOf` tells it. */
export function expectedLines(wanted: readonly WantedLine[], { number, change }: Mark): string {
  const lines = wanted.map(({ shelf, quantity, isMarked }) => {
    const price = isMarked ? `${number}.${change}` : `${shelf.units}.0`;
    return `${quantity} ${shelf.id} "${shelf.title}" ${CURRENCY} ${price}`;
  });
  return lines.join(", ");
}

/** Everything that an order's line items hold, as a text that is equal exactly when they are. */
export function linesOf({ lineItems: items }: Order): string {
  const lines = items.map(({ productId, quantity, title, unitPrice }) => {
    const { currencyCode = "", units = 0n, nanos = 0 } = unitPrice ?? {};
    return `${quantity} ${productId} "${title}" ${currencyCode} ${units}.${nanos}`;
  });
  return lines.join(", ");
}

/** The number of the create that made an order. */
export function numberOf({ lineItems: [first] }: Order): number {
  return Number(first?.unitPrice?.units ?? 0n);
}

/** Whether the total is the exact sum of the line items. */
export function hasExactTotal({ lineItems: items, total }: Order): boolean {
  const sum = items.reduce((all, { unitPrice, quantity }) => all + inNanos(unitPrice) * BigInt(quantity), 0n);
  return total?.currencyCode === CURRENCY && inNanos(total) === sum;
}

function inNanos(money: { readonly units: bigint; readonly nanos: number } | undefined): bigint {
  return (money?.units ?? 0n) * NANOS + BigInt(money?.nanos ?? 0);
}
