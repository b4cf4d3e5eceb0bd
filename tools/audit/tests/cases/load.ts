import { expect, test } from "@jest/globals";
import { eventually, seed } from "@skyport/testing";
import { type AuditResult, audit } from "../../src/audit.ts";
import { readerOf } from "../../src/reader.ts";
import { openSystem } from "../../src/system.ts";
import { startLoad } from "../support/load.ts";
import { makeOrphan, oldOrderId } from "../support/orphan.ts";
import type { Shop } from "../support/shop.ts";

/** How long the load lasts at least, for a long run by hand: AUDIT_SECONDS=600. */
const SECONDS = Number(process.env["AUDIT_SECONDS"] ?? 0);

const quiet = { report: () => undefined, stop: () => undefined };

/** One audit, in pages so small that much happens between them. */
async function audited(shop: Shop): Promise<AuditResult> {
  using system = openSystem(shop, {});
  const pageSize = 25;
  return audit({ system, reader: readerOf(system, pageSize), pageSize, progress: () => quiet });
}

const kinds = ({ findings }: AuditResult): string[] => findings.kept.map(({ kind, text }) => `${kind}: ${text}`);

async function underLoad(shop: Shop): Promise<void> {
  const products = await Promise.all([10_000, 10_000, 40].map((inStock) => shop.add(inStock)));
  const load = startLoad(shop, products, { clients: 12, seed: seed() });
  try {
    const end = performance.now() + SECONDS * 1_000;
    let audits = 0;
    // Without the second look, each of those that were looked at again would have been an alarm.
    let suspects = 0;
    for (; audits < 3 || suspects < 3 || load.done < 300 || performance.now() < end; audits++) {
      const result = await audited(shop);
      expect(kinds(result)).toEqual([]);
      suspects += result.examined - result.unsettled;
    }
    if (SECONDS > 0) {
      const orders = `${load.created} orders made, ${suspects} looked at again`;
      process.stderr.write(`${audits} audits, ${load.done} calls, ${orders}, no alarm\n`);
    }
    const [productId = ""] = products;
    await makeOrphan(shop, { id: oldOrderId(), productId, quantity: 3 });
    expect(kinds(await audited(shop))).toEqual([`ORPHAN_RESERVATION: ${productId} 3 held; there is no such order`]);
  } finally {
    await load.stop();
  }
  const openIntentions = async () => (await shop.orders.listOpenIntentions({})).intentions;
  await eventually(async () => (await openIntentions()).length === 0, { withinMs: 20_000 });
  const after = await audited(shop);
  expect(kinds(after)).toHaveLength(1);
  expect(after).toMatchObject({ unsettled: 0, walk: { pending: 0 }, lag: { open: 0 } });
}

export function loadCases(shop: () => Shop): void {
  test(
    "under full load there is no false alarm, and damage is found all the same",
    () => underLoad(shop()),
    120_000 + SECONDS * 1_000,
  );
}
