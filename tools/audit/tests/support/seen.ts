import { OrderState } from "@skyport/proto";
import type { IntentionSeen, OrderSeen, ReservationSeen } from "../../src/seen.ts";

type Lines = Readonly<Record<string, number>>;

/** A confirmed order of one ship, unless told otherwise. */
export function anOrder(
  id: string,
  changes: Partial<Omit<OrderSeen, "lines">> & { readonly lines?: Lines } = {},
): OrderSeen {
  const { lines = { ship: 1 }, ...rest } = changes;
  const order = { id, state: OrderState.CONFIRMED, etag: "1", createTime: 5n, isListed: true, ...rest };
  return { ...order, lines: new Map(Object.entries(lines)) };
}

/** A reservation of one ship, unless told otherwise. */
export function aReservation(id: string, holds: Lines = { ship: 1 }, generation = 1): ReservationSeen {
  return { id, generation, holds: new Map(Object.entries(holds)) };
}

/** An intention that was written down a moment ago, unless told otherwise. */
export function anIntention(orderId: string, changes: Partial<IntentionSeen> = {}): IntentionSeen {
  return { orderId, generation: 1, createTime: 0n, deadline: undefined, attempts: 0, ...changes };
}
