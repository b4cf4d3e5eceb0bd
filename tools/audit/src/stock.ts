import type { StockDiscrepancy } from "@skyport/proto";
import { type Finding, type FindingKind, STOCK_KINDS } from "./finding.ts";
import { pages } from "./pages.ts";
import type { System } from "./system.ts";

/** What AuditStock has checked. */
export interface StockTotals {
  readonly products: bigint;
  /** Reservations that hold something. */
  readonly reservations: bigint;
  readonly inStock: bigint;
  readonly reserved: bigint;
}

/** One page of product-svc's own audit. */
export interface StockPage {
  readonly findings: readonly Finding[];
  /** Of all pages so far. */
  readonly totals: StockTotals;
}

/**
 * Walks AuditStock. Each page is one snapshot of one database, so that what it finds is no matter of timing and needs no
 * second look.
 */
export async function* auditStock({ product }: Pick<System, "product">, pageSize: number): AsyncGenerator<StockPage> {
  let totals: StockTotals = { products: 0n, reservations: 0n, inStock: 0n, reserved: 0n };
  const list = pages(pageSize, (at) => product.ask((inventory) => inventory.auditStock(at)));
  for await (const page of list) {
    const { products = 0n, reservations = 0n, inStock = 0n, reserved = 0n } = page.totals ?? {};
    totals = {
      products: totals.products + products,
      reservations: totals.reservations + reservations,
      inStock: totals.inStock + inStock,
      reserved: totals.reserved + reserved,
    };
    yield { findings: page.discrepancies.map(toFinding), totals };
  }
}

function toFinding({ kind, resourceName, productId, expected, actual }: StockDiscrepancy): Finding {
  const named: FindingKind = STOCK_KINDS[kind] ?? "UNKNOWN";
  return {
    kind: named,
    resource: resourceName,
    productId: productId === "" ? undefined : productId,
    expected,
    actual,
    text: textOf(named, productId, expected, actual),
    orphan: undefined,
  };
}

function textOf(kind: FindingKind, productId: string, expected: bigint, actual: bigint): string {
  if (kind === "NEGATIVE_STOCK") return `in stock: ${actual}`;
  if (kind === "RESERVATION_DIFFERS_FROM_LEDGER") return `${productId}: ${actual} held, ${expected} by the ledger`;
  const difference = actual - expected;
  return `${actual} in stock, ${expected} by the ledger (${difference > 0n ? "+" : ""}${difference})`;
}
