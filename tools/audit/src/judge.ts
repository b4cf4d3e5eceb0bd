import { OrderState } from "@skyport/proto";
import type { Finding, Orphan } from "./finding.ts";
import { describeHoldings, differencesBetween, type Holdings, holdingsKey } from "./holdings.ts";
import type { IntentionSeen, OrderSeen, ReservationSeen } from "./seen.ts";

/** What was seen of one order and its reservation, in the order in which it was read. */
export interface Look {
  readonly id: string;
  readonly before: OrderSeen | undefined;
  /** The open intention that was listed between `before` and `reservation`. */
  readonly intentionBefore: IntentionSeen | undefined;
  readonly reservation: ReservationSeen | undefined;
  /** The open intention that was listed between `reservation` and `after`. */
  readonly intentionAfter: IntentionSeen | undefined;
  readonly after: OrderSeen | undefined;
}

/**
 * `consistent`: both services agree, or it does not matter. `moving`: the order changed meanwhile. `in_flight`: a change of
 * stock is still open, and may be what makes the difference; `overdue` when the recovery loop is at it. `damaged`:
 * they differ, and nothing is under way; `stamp` is equal when another look saw exactly the same.
 */
export type Verdict =
  | { readonly kind: "consistent" }
  | { readonly kind: "moving" }
  | { readonly kind: "in_flight"; readonly overdue: boolean }
  | { readonly kind: "damaged"; readonly findings: readonly Finding[]; readonly stamp: string };

const NOTHING: Holdings = new Map();

/**
 * Judges one look. No snapshot spans two databases; these five reads do instead. Whatever the services do correctly,
 * at least one of them shows it:
 *
 * - The reservation follows a cancelled or deleted order late. Its release is open from that change on until the stock is
 *   given back, so it was open when `intentionBefore` was listed.
 * - The order follows its changed reservation late. The change is open until then, so `intentionAfter` shows it; or it
 *   was closed before that, together with the order's change, which `after` shows.
 */
export function judge(look: Look): Verdict {
  const { before, intentionBefore, reservation, intentionAfter, after } = look;
  const intention = intentionAfter ?? intentionBefore;
  if (intention !== undefined) return { kind: "in_flight", overdue: intention.attempts > 0 };
  if (stampOf(before) !== stampOf(after)) return { kind: "moving" };
  const findings = differences(look.id, after, reservation);
  if (findings.length === 0) return { kind: "consistent" };
  const held = reservation && [reservation.generation, holdingsKey(reservation.holds)];
  return { kind: "damaged", findings, stamp: JSON.stringify([stampOf(after), held]) };
}

function stampOf(order: OrderSeen | undefined): string {
  return order === undefined ? "" : `${order.etag} ${order.isListed}`;
}

function differences(id: string, order: OrderSeen | undefined, reservation: ReservationSeen | undefined): Finding[] {
  const held = reservation?.holds ?? NOTHING;
  const state = order?.isListed === true ? order.state : undefined;
  if (state === OrderState.PENDING) return [abandoned(id)];
  if (state === OrderState.CONFIRMED && order !== undefined) {
    if (held.size === 0 && order.lines.size > 0) return [missing(order, reservation)];
    return differencesBetween(order.lines, held).map(({ productId, ordered, held: quantity }) => ({
      ...base("QUANTITY_DIFFERS", `orders/${id}`, `${productId}: ${ordered} ordered, ${quantity} held`),
      productId,
      expected: BigInt(ordered),
      actual: BigInt(quantity),
    }));
  }
  if (reservation === undefined || held.size === 0) return [];
  const text = `${describeHoldings(held)} held; ${whyNobodys(order)}`;
  return [{ ...base("ORPHAN_RESERVATION", `reservations/${id}`, text), orphan: orphanOf(reservation) }];
}

function whyNobodys(order: OrderSeen | undefined): string {
  if (order === undefined) return "there is no such order";
  return order.isListed ? "its order is cancelled" : "ListOrders has no such order, only GetOrder (from its cache?)";
}

function missing({ id, lines }: OrderSeen, reservation: ReservationSeen | undefined): Finding {
  const why = reservation === undefined ? "no reservation" : `nothing held since generation ${reservation.generation}`;
  return base("MISSING_RESERVATION", `orders/${id}`, `${describeHoldings(lines)} ordered, ${why}`);
}

function abandoned(id: string): Finding {
  return base("ABANDONED_ORDER", `orders/${id}`, "pending, with no open intention");
}

function orphanOf({ id, generation }: ReservationSeen): Orphan {
  return { id, generation };
}

function base(kind: Finding["kind"], resource: string, text: string): Finding {
  return { kind, resource, text, productId: undefined, expected: undefined, actual: undefined, orphan: undefined };
}
