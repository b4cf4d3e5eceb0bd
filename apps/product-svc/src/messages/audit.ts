import { create } from "@bufbuild/protobuf";
import { resourceName } from "@skyport/errors";
import { type StockDiscrepancy, StockDiscrepancyKind, StockDiscrepancySchema } from "@skyport/proto";
import type { Discrepancy } from "../domain/audit.ts";

const KINDS = {
  stock_differs: StockDiscrepancyKind.STOCK_DIFFERS_FROM_LEDGER,
  negative_stock: StockDiscrepancyKind.NEGATIVE_STOCK,
  reservation_differs: StockDiscrepancyKind.RESERVATION_DIFFERS_FROM_LEDGER,
} as const satisfies Record<Discrepancy["kind"], StockDiscrepancyKind>;

/** The message that stands for a discrepancy on the wire. */
export function toDiscrepancyMessage({ kind, subject, productId, expected, actual }: Discrepancy): StockDiscrepancy {
  return create(StockDiscrepancySchema, {
    kind: KINDS[kind],
    resourceName: resourceName(subject.kind, subject.id),
    productId: subject.kind === "product" ? "" : productId,
    expected,
    actual,
  });
}
