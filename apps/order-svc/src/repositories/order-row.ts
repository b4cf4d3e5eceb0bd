import type { intentions, orders, StoredLineItem } from "../db/schema.ts";
import type { Intention, RequestRef } from "../domain/intention.ts";
import type { LineItem, Order } from "../domain/order.ts";

/** The order that a row holds. */
export function toOrder(row: typeof orders.$inferSelect): Order {
  return { ...row, lineItems: row.lineItems.map(toLineItem) };
}

/** The intention that a row holds. */
export function toIntention(row: typeof intentions.$inferSelect): Intention {
  const { orderId, generation, kind, state, attempts, createTime } = row;
  return {
    orderId,
    generation,
    kind,
    lineItems: row.lineItems.map(toLineItem),
    request: requestOf(row),
    state,
    refusal: row.refusal ?? undefined,
    attempts,
    deadline: row.deadline ?? undefined,
    createTime,
  };
}

function requestOf(row: typeof intentions.$inferSelect): RequestRef | undefined {
  const { principal, rpc, requestId, fingerprint } = row;
  if (principal === null || rpc === null || requestId === null || fingerprint === null) return undefined;
  return { principal, rpc, requestId, fingerprint };
}

function toLineItem({ productId, quantity, unitPrice, title }: StoredLineItem): LineItem {
  return { productId, quantity, unitPrice: { ...unitPrice, units: BigInt(unitPrice.units) }, title };
}

/** Line items in the form in which they are stored. */
export function storedLineItems(lineItems: readonly LineItem[]): string {
  const stored = lineItems.map(
    ({ productId, quantity, unitPrice, title }): StoredLineItem => ({
      productId,
      quantity,
      unitPrice: { ...unitPrice, units: unitPrice.units.toString() },
      title,
    }),
  );
  return JSON.stringify(stored);
}
