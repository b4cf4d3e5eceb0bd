import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually, seed } from "@skyport/testing";
import { type AuditResult, audit } from "../src/audit.ts";
import { readerOf } from "../src/reader.ts";
import { openSystem } from "../src/system.ts";
import { startLoad } from "./support/load.ts";
import { makeOrphan, oldOrderId } from "./support/orphan.ts";
import { type Stack, startStack } from "./support/stack.ts";

/** How long the load lasts at least, for a long run by hand: AUDIT_SECONDS=600. */
const SECONDS = Number(process.env["AUDIT_SECONDS"] ?? 0);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(async () => stack[Symbol.asyncDispose]());

const quiet = { report: () => undefined, stop: () => undefined };

/** One audit, in pages so small that much happens between them. */
async function audited(): Promise<AuditResult> {
  using system = openSystem(stack, {});
  const pageSize = 25;
  return audit({ system, reader: readerOf(system, pageSize), pageSize, progress: () => quiet });
}

const kinds = ({ findings }: AuditResult): string[] => findings.kept.map(({ kind, text }) => `${kind}: ${text}`);

test(
  "under full load there is no false alarm, and damage is found all the same",
  async () => {
    const products = await Promise.all([10_000, 10_000, 40].map((inStock) => stack.add(inStock)));
    const load = startLoad(stack, products, { clients: 12, seed: seed() });
    try {
      await eventually(() => load.done >= 100, { withinMs: 20_000 });
      // Without the second look, each of those that were looked at again would have been an alarm.
      let suspects = 0;
      const end = performance.now() + SECONDS * 1_000;
      let audits = 0;
      for (; audits < 3 || suspects < 3 || load.done < 300 || performance.now() < end; audits++) {
        const result = await audited();
        expect(kinds(result)).toEqual([]);
        suspects += result.examined - result.unsettled;
      }
      if (SECONDS > 0) process.stderr.write(`${audits} audits, ${suspects} looked at again, ${load.done} calls\n`);
      const [product = ""] = products;
      await makeOrphan(stack, { id: oldOrderId(), productId: product, quantity: 3 });
      expect(kinds(await audited())).toEqual([`ORPHAN_RESERVATION: ${product} 3 held; there is no such order`]);
    } finally {
      await load.stop();
    }
    await eventually(async () => (await stack.orders.listOpenIntentions({})).intentions.length === 0, {
      withinMs: 15_000,
    });
    const after = await audited();
    expect(kinds(after)).toHaveLength(1);
    expect(after).toMatchObject({ unsettled: 0, walk: { pending: 0 }, lag: { open: 0 } });
  },
  120_000 + SECONDS * 1_000,
);
