import { OrderView } from "@skyport/proto";
import { pages } from "./pages.ts";
import { reasonOf } from "./peer.ts";
import {
  type IntentionSeen,
  microsOf,
  type OrderSeen,
  type ReservationSeen,
  seenIntention,
  seenOrder,
  seenReservation,
  timestampOf,
} from "./seen.ts";
import type { System } from "./system.ts";

/** An order, or what should be one, that is worth a closer look. */
export interface Suspect {
  readonly id: string;
  /** When the order was created, in microseconds since the epoch, if ListOrders has told. */
  readonly createTime: bigint | undefined;
}

/** Reads one thing at a time, as it is at that moment. */
export interface Reader {
  /** Undefined: there is no such order. */
  order(suspect: Suspect): Promise<OrderSeen | undefined>;
  /** Undefined: there is no such reservation. */
  reservation(id: string): Promise<ReservationSeen | undefined>;
  /** The intentions that are open, oldest first; those that are throughout come for certain. */
  openIntentions(): AsyncIterable<IntentionSeen>;
}

export function readerOf({ product, order }: Pick<System, "product" | "order">, pageSize: number): Reader {
  /**
   * The order as ListOrders has it. GetOrder may answer from a cache, which knows nothing of what was done to the
   * database behind the service's back; and that is what an audit is for.
   */
  async function listed({ id }: Suspect, createTime: bigint): Promise<OrderSeen | undefined> {
    const filter = { createTimeAfter: timestampOf(createTime), createTimeBefore: timestampOf(createTime + 1n) };
    const list = pages(pageSize, (at) =>
      order.ask((orders) => orders.listOrders({ ...at, filter, view: OrderView.BASIC })),
    );
    for await (const page of list) {
      const found = page.orders.find((candidate) => candidate.id === id);
      if (found !== undefined) return seenOrder(found, true);
    }
    return undefined;
  }

  return {
    async order(suspect) {
      const { id, createTime } = suspect;
      const known = createTime === undefined ? undefined : await listed(suspect, createTime);
      if (known !== undefined) return known;
      const { order: found } = await order.ask((orders) =>
        unless("ORDER_NOT_FOUND", {}, orders.getOrder({ id, view: OrderView.BASIC })),
      );
      if (found === undefined) return undefined;
      return (await listed(suspect, microsOf(found.createTime))) ?? seenOrder(found, false);
    },

    async reservation(id) {
      const { reservation } = await product.ask((inventory) =>
        unless("RESERVATION_NOT_FOUND", {}, inventory.getReservation({ reservationId: id })),
      );
      return reservation === undefined ? undefined : seenReservation(reservation);
    },

    async *openIntentions() {
      const list = pages(pageSize, (at) => order.ask((orders) => orders.listOpenIntentions(at)));
      for await (const page of list) yield* page.intentions.map(seenIntention);
    },
  };
}

async function unless<T>(reason: string, otherwise: Partial<T>, call: Promise<T>): Promise<Partial<T>> {
  try {
    return await call;
  } catch (error) {
    if (reasonOf(error) !== reason) throw error;
    return otherwise;
  }
}
