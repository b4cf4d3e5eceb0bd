import type { Money } from "./money.ts";

/** Where an order stands. */
export type OrderState = "pending" | "confirmed" | "cancelled";

/** What happens to an order. `removed` leaves no order behind. */
export type OrderEvent = "reserved" | "refused" | "given_up" | "cancelled" | "deleted" | "changed";

type Outcome = OrderState | "removed";

/**
 * What each event makes of an order in each state; an event that is absent cannot happen there.
 *
 * `refused` and `given_up` are about an order's first wish: it never came to be. Later wishes that are refused leave
 * the order as it was, which is no event of the order.
 */
export const TRANSITIONS = {
  pending: {
    reserved: "confirmed",
    refused: "removed",
    given_up: "removed",
    cancelled: "cancelled",
    deleted: "removed",
  },
  confirmed: { changed: "confirmed", cancelled: "cancelled", deleted: "removed" },
  cancelled: { deleted: "removed" },
} as const satisfies Record<OrderState, Partial<Record<OrderEvent, Outcome>>>;

/** What an event makes of an order in a state, or undefined when it cannot happen there. */
export function transition(state: OrderState, event: OrderEvent): Outcome | undefined {
  const outcomes: Partial<Record<OrderEvent, Outcome>> = TRANSITIONS[state];
  return outcomes[event];
}

/** One product in an order, at the price and title of when it was ordered. */
export interface LineItem {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly title: string;
}

/** An order as it is stored. Times are microseconds since the epoch. */
export interface Order {
  readonly id: string;
  readonly key: bigint;
  readonly state: OrderState;
  readonly lineItems: readonly LineItem[];
  /** The generation of its newest intention. */
  readonly generation: number;
  readonly revision: bigint;
  readonly createTime: bigint;
  readonly updateTime: bigint;
}
