import { randomUUID } from "node:crypto";
import { type Order, OrderState } from "@skyport/proto";
import { expectedLines, hasExactTotal, linesOf, numberOf, type WantedLine } from "./lines.ts";
import { type Known, Purchase, type Standing } from "./purchase.ts";

/** A promise that was broken. */
export interface Violation {
  readonly kind: string;
  readonly text: string;
  /** Undefined when it is not about one order. */
  readonly purchase: Purchase | undefined;
}

const STANDINGS: ReadonlyMap<OrderState, Standing> = new Map([
  [OrderState.CONFIRMED, "confirmed"],
  [OrderState.CANCELLED, "cancelled"],
]);

/** All that callers know of orders, held against every answer. Pure but for its clock. */
export class Ledger {
  readonly violations: Violation[] = [];
  readonly #purchases = new Map<number, Purchase>();
  readonly #adjustments = new Map<string, number>();
  #numbers = 0;
  #acknowledged = 0;

  /** Those that may still have orders, or get some. */
  get purchases(): readonly Purchase[] {
    return [...this.#purchases.values()];
  }

  /** What was added to a product's stock, and taken from it. */
  adjustment(productId: string): number {
    return this.#adjustments.get(productId) ?? 0;
  }

  adjusted(productId: string, delta: number): void {
    this.#adjustments.set(productId, this.adjustment(productId) + delta);
  }

  /** How many creates were acknowledged, ever. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  open(wanted: readonly WantedLine[]): Purchase {
    this.#numbers += 1;
    const purchase = new Purchase(this.#numbers, randomUUID(), wanted);
    purchase.possible.add(expectedLines(wanted, { number: purchase.number, change: 0 }));
    this.#purchases.set(purchase.number, purchase);
    return purchase;
  }

  find(number: number): Purchase | undefined {
    return this.#purchases.get(number);
  }

  violate(kind: string, text: string, purchase?: Purchase): void {
    purchase?.note(`VIOLATION ${kind}: ${text}`);
    this.violations.push({ kind, text, purchase });
  }

  /** The create was answered, for the first time or again. */
  created(purchase: Purchase, order: Order): void {
    const lines = linesOf(order);
    const wanted = expectedLines(purchase.wanted, { number: purchase.number, change: 0 });
    this.#expect(purchase, order, lines, wanted, OrderState.CONFIRMED);
    const { answered } = purchase;
    if (answered === undefined) {
      purchase.answered = { id: order.id, lines, etag: order.etag };
      purchase.fate = "acknowledged";
      this.#acknowledged += 1;
      for (const other of purchase.orders.values()) {
        if (other.id !== order.id && other.standing === "confirmed") {
          this.violate("SECOND ORDER", `${order.id} beside ${other.id}`, purchase);
        }
      }
      if (!purchase.orders.has(order.id)) {
        purchase.orders.set(order.id, { id: order.id, standing: "confirmed", lines, etag: order.etag });
      }
    } else if (answered.id !== order.id || answered.lines !== lines || answered.etag !== order.etag) {
      this.violate("OTHER ANSWER", `a repeat of the create got ${show(order)}, before ${show(answered)}`, purchase);
    }
  }

  /** The create was refused, and no attempt of it can come through any more. */
  refused(purchase: Purchase): void {
    if (purchase.fate === "open") purchase.fate = "refused";
  }

  /**
   * New line items were granted.
   *
   * @param etag on which alone they were to be, if on one
   */
  changed(purchase: Purchase, known: Known, order: Order, wanted: string, etag: string | undefined): void {
    if (etag !== undefined) {
      if (purchase.spentEtags.has(etag))
        this.violate("LOST CHANGE", `two changes were granted on etag ${etag}`, purchase);
      purchase.spentEtags.add(etag);
    }
    this.#expect(purchase, order, linesOf(order), wanted, OrderState.CONFIRMED);
    if (order.id !== known.id) this.violate("WRONG ORDER", `${show(order)} instead of ${known.id}`, purchase);
    if (known.standing === "confirmed") Object.assign(known, { lines: wanted, etag: order.etag });
    else if (known.standing === "cancelled" && known.lines !== wanted) {
      this.violate("LOST CHANGE", `acknowledged: ${wanted}; it was cancelled with: ${known.lines}`, purchase);
    }
  }

  /** It was cancelled. */
  cancelled(purchase: Purchase, order: Order): void {
    const lines = linesOf(order);
    if (order.state !== OrderState.CANCELLED || !purchase.possible.has(lines) || !hasExactTotal(order)) {
      this.violate("WRONG CONTENT", `cancelling got ${show(order)}`, purchase);
    }
    const known = purchase.orders.get(order.id);
    if (known === undefined) {
      purchase.orders.set(order.id, { id: order.id, standing: "cancelled", lines, etag: order.etag });
    } else if (known.standing !== "gone") {
      const isStale = !purchase.isContended && known.lines !== lines;
      if (isStale) this.violate("LOST CHANGE", `known: ${known.lines}; cancelled: ${lines}`, purchase);
      Object.assign(known, { standing: "cancelled", lines, etag: order.etag });
    }
  }

  /** It was deleted. */
  deleted(purchase: Purchase, id: string): void {
    const known = purchase.orders.get(id);
    if (known !== undefined) known.standing = "gone";
    else purchase.orders.set(id, { id, standing: "gone", lines: "", etag: "" });
  }

  /**
   * An order as a read showed it.
   *
   * @param since when the read began
   */
  seen(order: Order, since: number, where: string): void {
    const purchase = this.#purchases.get(numberOf(order));
    if (purchase === undefined) {
      const isForgotten = numberOf(order) >= 1 && numberOf(order) <= this.#numbers;
      const kind = isForgotten ? "RISEN" : "UNKNOWN ORDER";
      this.violate(kind, `${where} shows ${show(order)}, of a request that is over, or never was`);
      return;
    }
    const lines = linesOf(order);
    if (!purchase.possible.has(lines) || !hasExactTotal(order)) {
      this.violate("HALF DONE", `${where} shows ${show(order)}, which nobody asked for`, purchase);
    }
    if (!purchase.isQuietSince(since)) return;
    const known = purchase.orders.get(order.id);
    if (known === undefined) {
      this.violate("UNKNOWN ORDER", `${where} shows ${show(order)}, which was never acknowledged`, purchase);
    } else if (known.standing === "gone") {
      this.violate("RISEN", `${where} shows ${show(order)}, which was deleted`, purchase);
    } else if (STANDINGS.get(order.state) !== known.standing || known.lines !== lines || known.etag !== order.etag) {
      this.violate("WRONG CONTENT", `${where} shows ${show(order)}; acknowledged: ${show(known)}`, purchase);
    }
  }

  /** An order was not found, at a moment when nothing else was asked for. */
  missed(purchase: Purchase, id: string, where: string): void {
    const known = purchase.orders.get(id);
    if (known === undefined || known.standing === "gone" || purchase.isContended) return;
    this.violate("LOST ORDER", `${where} does not have ${show(known)}`, purchase);
  }

  /** From now on nobody comes in anybody's way: nothing is excused by it any more. */
  calm(): void {
    for (const purchase of this.#purchases.values()) if (!purchase.isActive) purchase.isContended = false;
  }

  /** Forgets what is over for good: its number alone tells from now on that nothing may be seen of it. */
  forget(): void {
    for (const purchase of this.#purchases.values()) {
      if (purchase.isActive) continue;
      const isGone = [...purchase.orders.values()].every(({ standing }) => standing === "gone");
      if (purchase.fate !== "open" && isGone) this.#purchases.delete(purchase.number);
    }
  }

  #expect(purchase: Purchase, order: Order, lines: string, wanted: string, state: OrderState): void {
    if (lines === wanted && order.state === state && hasExactTotal(order)) return;
    this.violate("WRONG CONTENT", `answered ${show(order)}; asked for: ${wanted}`, purchase);
  }
}

function show(what: Order | { readonly id: string; readonly lines: string; readonly etag: string }): string {
  if (!("lineItems" in what)) return `order ${what.id} (etag ${what.etag}): ${what.lines}`;
  const { id, etag, state } = what;
  return `order ${id} ${OrderState[state]} (etag ${etag}): ${linesOf(what)}`;
}
