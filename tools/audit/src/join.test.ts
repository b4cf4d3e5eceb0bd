import { describe, expect, test } from "@jest/globals";
import { OrderState } from "@skyport/proto";
import fc from "fast-check";
import { anOrder, aReservation } from "../tests/support/seen.ts";
import { Join } from "./join.ts";
import type { OrderSeen, ReservationSeen } from "./seen.ts";

type Row = { readonly order: OrderSeen } | { readonly reservation: ReservationSeen };

function suspectsOf(rows: readonly Row[], window?: number): string[] {
  const join = new Join(window);
  const found: string[] = [];
  const take = (): void => {
    found.push(...join.takeSuspects().map((suspect) => suspect.id));
  };
  for (const row of rows) {
    if ("order" in row) join.order(row.order);
    else join.reservation(row.reservation);
    take();
  }
  join.end();
  take();
  return found;
}

const STATES = [OrderState.PENDING, OrderState.CONFIRMED, OrderState.CANCELLED] as const;

/** One id: an order, a reservation, both or none, in any state. */
const anyPair = fc.record({
  state: fc.option(fc.constantFrom(...STATES), { nil: undefined }),
  ordered: fc.integer({ min: 1, max: 2 }),
  held: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
});

describe("the join", () => {
  test("names whatever does not agree, in whatever order the rows come", () => {
    fc.assert(
      fc.property(fc.array(anyPair, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (pairs, numbers) => {
        const rows = pairs.flatMap(({ state, ordered, held }, n): Row[] => [
          ...(state === undefined ? [] : [{ order: anOrder(`${n}`, { state, lines: { ship: ordered } }) }]),
          ...(held === undefined ? [] : [{ reservation: aReservation(`${n}`, held === 0 ? {} : { ship: held }) }]),
        ]);
        const shuffled = rows
          .map((row) => ({ row, at: numbers.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ row }) => row);
        const expected = pairs.flatMap(({ state, ordered, held = 0 }, n) => {
          if (state === OrderState.PENDING) return [`${n}`];
          return held === (state === OrderState.CONFIRMED ? ordered : 0) ? [] : [`${n}`];
        });
        expect([...new Set(suspectsOf(shuffled))].sort()).toEqual(expected.sort());
      }),
    );
  });

  test("forgets the oldest when too many wait, and names them", () => {
    const orders = Array.from({ length: 3_000 }, (_, n) => ({ order: anOrder(`${n}`) }));
    const join = new Join(2_000);
    for (const { order } of orders) join.order(order);
    const early = join.takeSuspects().map((suspect) => suspect.id);
    expect(early).toEqual(orders.slice(0, 1_000).map(({ order }) => order.id));
    for (const { order } of orders.slice(1_000)) join.reservation(aReservation(order.id));
    join.end();
    expect(join.takeSuspects()).toEqual([]);
  });

  test("tells when an order was created, where it has seen the order", () => {
    const join = new Join();
    join.order(anOrder("missing", { createTime: 7n }));
    join.reservation(aReservation("orphan"));
    join.end();
    expect(join.takeSuspects()).toEqual([
      { id: "missing", createTime: 7n },
      { id: "orphan", createTime: undefined },
    ]);
  });
});
