import { StockDiscrepancyKind } from "@skyport/proto";

/**
 * What each kind of discrepancy means, and what to look at next. The first three are AuditStock's, inside product-svc;
 * the others are between the services.
 */
export const KINDS = {
  STOCK_DIFFERS_FROM_LEDGER: {
    means: "a product's stock is not the sum of its ledger",
    next: "In product-svc's database, put the product's rows of stock_movements in order of id beside its in_stock. When a reservation below differs by the same number, a ledger row is missing or wrong; when none does, in_stock was written past the service. AdjustStock moves both and mends nothing.",
  },
  NEGATIVE_STOCK: {
    means: "a product's stock is below zero",
    next: "The database forbids it, so look at whether the CHECK on products.in_stock is still there, then as for STOCK_DIFFERS_FROM_LEDGER.",
  },
  RESERVATION_DIFFERS_FROM_LEDGER: {
    means: "what a reservation holds of a product is not the sum of its ledger",
    next: "In product-svc's database, compare reservations.items and reservations.decisions with the rows of stock_movements of that reservation_id: each generation that was accepted has one row for each product that it changed. When reservations has no such row, it was removed behind the service's back: only released ones are ever forgotten, and their rows of the ledger cancel out. Its order, if it still lives, shows as MISSING_RESERVATION.",
  },
  ORPHAN_RESERVATION: {
    means: "stock is held for no live order",
    next: "Find out why the order is gone: order-svc's changes (entity_id) and order_intentions (order_id) tell who removed it. When the order shall stay gone, --repair gives the stock back.",
  },
  MISSING_RESERVATION: {
    means: "a confirmed order holds no stock",
    next: "See whether product-svc's database was restored to an earlier time, and its changes of that reservation. The order was promised what may be sold by now: UpdateOrder with the same line items asks for them anew, CancelOrder ends it.",
  },
  QUANTITY_DIFFERS: {
    means: "a confirmed order and its reservation have different quantities",
    next: "Compare the order's wishes (order_intentions of that order_id in order-svc's database) with reservations.decisions, generation by generation: the first one that only one side has shows which side lost it.",
  },
  ABANDONED_ORDER: {
    means: "a pending order has no open intention, so that nothing will ever settle it",
    next: "Look for its rows in order-svc's order_intentions: somebody closed or removed its wish without the order. CancelOrder ends it and gives back what it may hold.",
  },
  UNKNOWN: {
    means: "product-svc reports something that this audit does not know",
    next: "Run an audit of the same version as product-svc.",
  },
} as const satisfies Record<string, { readonly means: string; readonly next: string }>;

export type FindingKind = keyof typeof KINDS;

/** Stock that is held for no live order. */
export interface Orphan {
  readonly id: string;
  readonly generation: number;
}

/** Something that does not add up, and did not when it was looked at again. */
export interface Finding {
  readonly kind: FindingKind;
  /** "products/ID", "reservations/ID" or "orders/ID". */
  readonly resource: string;
  /** The product that it is about, where it is about one. */
  readonly productId: string | undefined;
  /** What the ledger or the order says, where that is a number. */
  readonly expected: bigint | undefined;
  /** What the resource says. */
  readonly actual: bigint | undefined;
  /** One line for people. */
  readonly text: string;
  /** Set for ORPHAN_RESERVATION. */
  readonly orphan: Orphan | undefined;
}

/** What stands behind AuditStock's kinds. */
export const STOCK_KINDS: Readonly<Partial<Record<StockDiscrepancyKind, FindingKind>>> = {
  [StockDiscrepancyKind.STOCK_DIFFERS_FROM_LEDGER]: "STOCK_DIFFERS_FROM_LEDGER",
  [StockDiscrepancyKind.NEGATIVE_STOCK]: "NEGATIVE_STOCK",
  [StockDiscrepancyKind.RESERVATION_DIFFERS_FROM_LEDGER]: "RESERVATION_DIFFERS_FROM_LEDGER",
};
