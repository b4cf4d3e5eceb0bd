import type { AuditResult } from "./audit.ts";
import { KINDS } from "./finding.ts";
import type { Repair } from "./repair.ts";

/** The result as one JSON document. Its fields are told in the README; programs rely on them. */
export function jsonReport(
  { findings, stock, walk, examined, unsettled, lag }: AuditResult,
  repairs: readonly Repair[] | undefined,
): string {
  const document = {
    clean: findings.total === 0,
    total: findings.total,
    counts: Object.fromEntries(findings.counts),
    discrepancies: findings.kept.map(({ kind, resource, productId, expected, actual, text }) => ({
      kind,
      resource,
      productId,
      expected,
      actual,
      text,
      means: KINDS[kind].means,
      next: KINDS[kind].next,
    })),
    checked: {
      products: stock.products,
      inStock: stock.inStock,
      reserved: stock.reserved,
      holdingReservations: stock.reservations,
      ...walk,
      examined,
      unsettled,
    },
    lag: {
      open: lag.open,
      overdue: lag.overdue,
      oldest: lag.oldest.map(({ orderId, generation, ageMs, attempts, isPastDeadline }) => ({
        orderId,
        generation,
        ageMs,
        attempts,
        isPastDeadline,
      })),
    },
    repairs,
  };
  return JSON.stringify(document, plain, 2);
}

/** Sums of stock are far below 2^53. */
function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
