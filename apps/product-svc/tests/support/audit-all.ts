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
  /** How many pages of reservations there were. */
  readonly pages: number;
}> {
  const discrepancies: StockDiscrepancy[] = [];
  const totals = { products: 0n, reservations: 0n, inStock: 0n, reserved: 0n };
  let pageToken = "";
  let pages = 0;
  do {
    const page = await inventory.auditStock({ pageSize, pageToken });
    discrepancies.push(...page.discrepancies);
    const { products, reservations, inStock, reserved } = existing(page.totals);
    totals.products += products;
    totals.reservations += reservations;
    totals.inStock += inStock;
    totals.reserved += reserved;
    if (products === 0n) pages += 1;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return { discrepancies, totals, pages };
}
