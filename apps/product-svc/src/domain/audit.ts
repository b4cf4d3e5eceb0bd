/** A product's stock beside the sum of its ledger. */
export interface AuditedProduct {
  readonly key: bigint;
  readonly id: string;
  readonly inStock: bigint;
  readonly ledger: bigint;
}

/** What a reservation holds of a product that still exists, beside the sum of its ledger. */
export interface AuditedLine {
  readonly productId: string;
  readonly held: bigint;
  readonly ledger: bigint;
}

export interface AuditedReservation {
  readonly id: string;
  readonly lines: readonly AuditedLine[];
}

/** Something that does not add up. */
export interface Discrepancy {
  readonly kind: "stock_differs" | "negative_stock" | "reservation_differs";
  readonly subject: { readonly kind: "product" | "reservation"; readonly id: string };
  readonly productId: string;
  readonly expected: bigint;
  readonly actual: bigint;
}

/** What is wrong with products: stock that is not the sum of the ledger, or below zero. */
export function auditProducts(products: readonly AuditedProduct[]): Discrepancy[] {
  return products.flatMap(({ id, inStock, ledger }) => {
    const subject = { kind: "product", id } as const;
    const found: Discrepancy[] = [];
    if (inStock !== ledger) {
      found.push({ kind: "stock_differs", subject, productId: id, expected: ledger, actual: inStock });
    }
    if (inStock < 0n) found.push({ kind: "negative_stock", subject, productId: id, expected: 0n, actual: inStock });
    return found;
  });
}

/** What is wrong with reservations: lines that are not the sum of their ledger. */
export function auditReservations(reservations: readonly AuditedReservation[]): Discrepancy[] {
  return reservations.flatMap(({ id, lines }) =>
    lines
      .filter(({ held, ledger }) => held !== ledger)
      .map(({ productId, held, ledger }) => ({
        kind: "reservation_differs",
        subject: { kind: "reservation", id },
        productId,
        expected: ledger,
        actual: held,
      })),
  );
}
