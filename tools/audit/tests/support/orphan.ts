import { randomUUID } from "node:crypto";
import type { Stack } from "./stack.ts";

const HOUR_MS = 3_600_000;

/** An id as order-svc makes them, of an hour ago. */
export function oldOrderId(): string {
  const time = (Date.now() - HOUR_MS).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** Reserves for an order that never was. */
export async function makeOrphan(
  { inventory }: Pick<Stack, "inventory">,
  { id, productId, quantity }: { readonly id: string; readonly productId: string; readonly quantity: number },
): Promise<void> {
  await inventory.setReservation({ reservationId: id, generation: 1, items: [{ productId, quantity }] });
}
