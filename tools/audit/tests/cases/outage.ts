import { describe, expect, test } from "@jest/globals";
import { createLink } from "@skyport/testing";
import { type AuditResult, audit } from "../../src/audit.ts";
import { AuditError } from "../../src/audit-error.ts";
import { readerOf } from "../../src/reader.ts";
import { openSystem } from "../../src/system.ts";
import { makeOrphan, oldOrderId } from "../support/orphan.ts";
import type { Shop } from "../support/shop.ts";

const SERVICES = ["product", "order"] as const;

interface Cut {
  readonly service: (typeof SERVICES)[number];
  /** Whether the link is there again at the second retry. */
  readonly isMended: boolean;
}

/** An audit through links. One of them is cut after the first page of each part. */
async function audited(shop: Shop, { service, isMended }: Cut): Promise<AuditResult> {
  const portOf = (url: string): number => Number(new URL(url).port);
  await using product = await createLink({ port: portOf(shop.productUrl) });
  await using order = await createLink({ port: portOf(shop.orderUrl) });
  const link = service === "product" ? product : order;
  const urls = { productUrl: product.through(shop.productUrl), orderUrl: order.through(shop.orderUrl) };
  let retries = 0;
  const onRetry = (): void => {
    retries += 1;
    if (isMended && retries % 2 === 0) link.restore();
  };
  const pause = (): Promise<unknown> => new Promise(setImmediate);
  using system = openSystem(urls, { onRetry, pause, attempts: 5 });
  const cutOnce = () => {
    let pages = 0;
    const report = (): void => {
      pages += 1;
      if (pages === 1) link.cut();
    };
    return { report, stop: () => undefined };
  };
  const result = await audit({ system, reader: readerOf(system, 2), pageSize: 2, progress: cutOnce });
  expect(retries).toBeGreaterThan(0);
  return result;
}

export function outageCases(shop: () => Shop): void {
  describe.each(SERVICES)("%s-svc is cut off in the middle of an audit", (service) => {
    test("for a moment: the audit goes on where it was, and misses nothing", async () => {
      const { inventory, ship: productId } = shop();
      const id = oldOrderId();
      await makeOrphan(shop(), { id, productId, quantity: 1 });
      try {
        const { checked }: { checked: unknown } = JSON.parse((await shop().audit("--json")).output);
        const { findings, stock, walk } = await audited(shop(), { service, isMended: true });
        expect(findings.kept.map((finding) => finding.resource)).toEqual([`reservations/${id}`]);
        const { reservations: holdingReservations, ...sums } = stock;
        const seen = Object.entries({ ...sums, holdingReservations, ...walk });
        expect(checked).toMatchObject(Object.fromEntries(seen.map(([name, value]) => [name, Number(value)])));
      } finally {
        await inventory.setReservation({ reservationId: id, generation: 2, items: [] });
      }
    });

    test("for good: the audit ends, and names the service", async () => {
      const ended = audited(shop(), { service, isMended: false });
      await expect(ended).rejects.toThrow(AuditError);
      await expect(ended).rejects.toThrow(`${service}-svc at http://127.0.0.1:`);
    });
  });
}
