import type { reservations, StoredDecision, StoredItem } from "../db/schema.ts";
import type { Decision, HeldItem, Reservation } from "../domain/reservation.ts";

/** The reservation that a row of its table holds. */
export function toReservation(row: typeof reservations.$inferSelect): Reservation {
  return {
    id: row.id,
    generation: row.generation,
    items: row.items.map((item) => ({ ...item, productKey: BigInt(item.productKey) })),
    decisions: row.decisions.map(toDecision),
    createTime: row.createTime,
    updateTime: row.updateTime,
  };
}

function toDecision({ generation, fingerprint, refusal }: StoredDecision): Decision {
  if (refusal === undefined) return { generation, fingerprint };
  return { generation, fingerprint, refusal: refusal.map((line) => ({ ...line, inStock: line.inStock ?? undefined })) };
}

/** Items in the form in which they are stored. */
export function storedItems(items: readonly HeldItem[]): StoredItem[] {
  return items.map(({ productId, productKey, quantity }) => ({
    productId,
    productKey: productKey.toString(),
    quantity,
  }));
}

/** Decisions in the form in which they are stored. */
export function storedDecisions(decisions: readonly Decision[]): StoredDecision[] {
  return decisions.map(({ generation, fingerprint, refusal }) =>
    refusal === undefined
      ? { generation, fingerprint }
      : { generation, fingerprint, refusal: refusal.map((line) => ({ ...line, inStock: line.inStock ?? null })) },
  );
}
