import type { StockDiscrepancy } from "@skyport/proto";
import type { Clients } from "./clients.ts";
import { existing } from "./fixtures.ts";

/** What a whole audit finds, page by page. */
export async function auditAll(
  { inventory }: Pick<Clients, "inventory">,
  pageSize = 1000,
): Promise<{
  readonly discrepancies: readonly StockDiscrepancy[];
  readonly totals: { products: bigint; reservations: bigint; inStock: bigint; reserved: bigint };
}> {
  const discrepancies: StockDiscrepancy[] = [];
  const totals = { products: 0n, reservations: 0n, inStock: 0n, reserved: 0n };
  let pageToken = "";
  do {
    const page = await inventory.auditStock({ pageSize, pageToken });
    discrepancies.push(...page.discrepancies);
    const { products, reservations, inStock, reserved } = existing(page.totals);
    totals.products += products;
    totals.reservations += reservations;
    totals.inStock += inStock;
    totals.reserved += reserved;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return { discrepancies, totals };
}
