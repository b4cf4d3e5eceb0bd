import type { Intention, Order, OrderState, Reservation } from "@skyport/proto";
import { type Holdings, holdingsOf } from "./holdings.ts";

/** What the audit keeps of an order that it has read. */
export interface OrderSeen {
  readonly id: string;
  readonly state: OrderState;
  /** Changes with every change of the order. */
  readonly etag: string;
  readonly lines: Holdings;
  /** Microseconds since the epoch. */
  readonly createTime: bigint;
  /** False: only GetOrder knows it, which may answer from a cache; ListOrders, which reads the database, does not. */
  readonly isListed: boolean;
}

/** What the audit keeps of a reservation that it has read. */
export interface ReservationSeen {
  readonly id: string;
  readonly generation: number;
  readonly holds: Holdings;
}

/** What the audit keeps of an intention that is open. */
export interface IntentionSeen {
  readonly orderId: string;
  readonly generation: number;
  /** Microseconds since the epoch. */
  readonly createTime: bigint;
  /** Until when a new order is tried, in microseconds since the epoch; undefined: until it is decided. */
  readonly deadline: bigint | undefined;
  /** How often the recovery loop had to try it: above zero, it was overdue by the service's own clock. */
  readonly attempts: number;
}

export function seenOrder({ id, state, etag, lineItems, createTime }: Order, isListed: boolean): OrderSeen {
  return { id, state, etag, lines: holdingsOf(lineItems), createTime: microsOf(createTime), isListed };
}

export function seenReservation({ id, generation, items }: Reservation): ReservationSeen {
  return { id, generation, holds: holdingsOf(items) };
}

export function seenIntention({ orderId, generation, createTime, deadline, attempts }: Intention): IntentionSeen {
  return {
    orderId,
    generation,
    createTime: microsOf(createTime),
    deadline: deadline === undefined ? undefined : microsOf(deadline),
    attempts,
  };
}

interface Timestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** Microseconds since the epoch, the unit of all times of the services. */
export function microsOf(time: Timestamp | undefined): bigint {
  return time === undefined ? 0n : time.seconds * 1_000_000n + BigInt(Math.trunc(time.nanos / 1_000));
}

/** The timestamp of a moment since the epoch. */
export function timestampOf(micros: bigint): Timestamp {
  const nanos = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n) * 1_000;
  return { seconds: (micros - BigInt(nanos / 1_000)) / 1_000_000n, nanos };
}

/**
 * When a UUID of version 7 was made, in milliseconds since the epoch (RFC 9562); undefined for other versions.
 */
export function madeAt(id: string): number | undefined {
  return /^[\da-f]{8}-[\da-f]{4}-7/i.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}
