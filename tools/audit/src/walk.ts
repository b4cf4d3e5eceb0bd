import { OrderState, OrderView } from "@skyport/proto";
import { Join } from "./join.ts";
import { pages } from "./pages.ts";
import type { Suspect } from "./reader.ts";
import { seenOrder, seenReservation } from "./seen.ts";
import type { System } from "./system.ts";

/** What the lists have held so far. */
export interface WalkTotals {
  readonly orders: number;
  readonly confirmed: number;
  readonly pending: number;
  readonly cancelled: number;
  /** Released ones included. */
  readonly reservations: number;
}

/** One page of either list. */
export interface WalkStep {
  /** Those that have come up since the step before. */
  readonly suspects: readonly Suspect[];
  readonly totals: WalkTotals;
  /** How far the walk is in the time of the orders, in milliseconds since the epoch; Infinity at the end. */
  readonly at: number;
}

/** One of the two lists: where it is, and how it goes on. */
interface Side {
  /** Milliseconds since the epoch; Infinity at its end. */
  at: number;
  next(): Promise<void>;
}

/**
 * Walks orders and reservations side by side and joins them. Orders come by time of creation, reservations by id; an
 * order's id begins with its time, so that both meet within about as much as the clocks of the services differ. The list
 * that is behind goes on first.
 */
export async function* walk(
  { product, order }: Pick<System, "product" | "order">,
  pageSize: number,
  join: Join = new Join(),
): AsyncGenerator<WalkStep> {
  const counts = { orders: 0, reservations: 0 };
  const states = new Map<OrderState, number>();
  const orders = sideOf(
    pages(pageSize, (at) =>
      order.ask((client) => client.listOrders({ ...at, orderBy: "create_time", view: OrderView.BASIC })),
    ),
    (page) => {
      for (const seen of page.orders.map((each) => seenOrder(each, true))) {
        join.order(seen);
        states.set(seen.state, (states.get(seen.state) ?? 0) + 1);
      }
      counts.orders += page.orders.length;
      return Number(page.orders.at(-1)?.createTime?.seconds ?? 0n) * 1_000;
    },
  );
  const reservations = sideOf(
    pages(pageSize, (at) => product.ask((client) => client.listReservations(at))),
    (page) => {
      for (const each of page.reservations) join.reservation(seenReservation(each));
      counts.reservations += page.reservations.length;
      return timeOfId(page.reservations.at(-1)?.id ?? "");
    },
  );
  const step = (): WalkStep => ({
    suspects: join.takeSuspects(),
    totals: {
      ...counts,
      confirmed: states.get(OrderState.CONFIRMED) ?? 0,
      pending: states.get(OrderState.PENDING) ?? 0,
      cancelled: states.get(OrderState.CANCELLED) ?? 0,
    },
    at: Math.min(orders.at, reservations.at),
  });

  while (orders.at < Number.POSITIVE_INFINITY || reservations.at < Number.POSITIVE_INFINITY) {
    await (orders.at <= reservations.at ? orders : reservations).next();
    yield step();
  }
  join.end();
  yield step();
}

/** @param take takes a page in, and tells when its last row was made, in milliseconds since the epoch */
function sideOf<T>(list: AsyncGenerator<T>, take: (page: T) => number): Side {
  return {
    at: Number.NEGATIVE_INFINITY,
    async next() {
      const { done, value } = await list.next();
      this.at = done === true ? Number.POSITIVE_INFINITY : take(value);
    },
  };
}

/** The time at the beginning of an id, in milliseconds. Whatever the id is, it grows along the list. */
function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) || 0;
}
