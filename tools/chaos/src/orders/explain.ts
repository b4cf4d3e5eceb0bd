import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Violation } from "./ledger/ledger.ts";
import type { Shop } from "./shop/shop.ts";

const MOST = 20;

/** Writes down each violation with the story of its order, as callers saw it and as both databases tell it. */
export async function explain(
  folder: string,
  heading: string,
  violations: readonly Violation[],
  shop: Shop,
): Promise<string> {
  const parts: string[] = [heading];
  for (const { kind, text, purchase } of violations.slice(0, MOST)) {
    parts.push(`${kind}: ${text}`);
    if (purchase === undefined) continue;
    const { number, requestId, fate, story, orders } = purchase;
    parts.push(`  create ${number}, request ${requestId}: ${fate}`, ...story.map((line) => `    ${line}`));
    for (const { id, standing, etag, lines } of orders.values()) {
      parts.push(`  order ${id}, known as ${standing} (etag ${etag}): ${lines}`);
      const rows = await Promise.all([shop.orderData.storyOf(id), shop.productData.storyOf(id)]);
      parts.push(...rows.flat().map((row) => `    ${row}`));
    }
  }
  if (violations.length > MOST) parts.push(`and ${violations.length - MOST} more`);
  const file = join(folder, "violations.txt");
  await writeFile(file, `${parts.join("\n")}\n`);
  return file;
}
