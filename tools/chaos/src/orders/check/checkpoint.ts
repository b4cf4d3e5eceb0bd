import type { Random } from "../../worker/random.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Shelf } from "../ledger/lines.ts";
import type { Unanswered } from "../load/unanswered.ts";
import type { Shop } from "../shop/shop.ts";
import type { Tally } from "../tally.ts";
import { audit } from "./audit.ts";
import { checkOrders, checkStock, everyOrder } from "./contents.ts";
import { settled } from "./settled.ts";

export interface CheckOptions {
  readonly shop: Shop;
  readonly ledger: Ledger;
  readonly unanswered: Unanswered;
  readonly shelves: readonly Shelf[];
  readonly random: Random;
  readonly tally: Tally;
  /** The project's root. */
  readonly root: string;
  /** Since when everything is well again, by `performance.now()`. */
  readonly wellSince: number;
}

/**
 * Everything that must hold when all is well again. No load may run, nobody be away.
 *
 * @returns false when it makes no sense to go on
 */
export async function check(options: CheckOptions): Promise<boolean> {
  const { shop, ledger, unanswered, shelves, random, tally, root } = options;
  tally.checks += 1;
  try {
    await settled(shop);
    tally.longestUntilSettledMs = Math.max(tally.longestUntilSettledMs, performance.now() - options.wellSince);
    await unanswered.settle();
    await settled(shop);
  } catch (error) {
    ledger.violate("NOT SETTLED", error instanceof Error ? error.message : String(error));
    return false;
  }
  ledger.calm();
  const [product, order] = [random.pick(shop.products), random.pick(shop.orders)];
  const audited = await audit(root, product, order);
  if (audited.isClean) tally.cleanAudits += 1;
  else ledger.violate("AUDIT", audited.told);
  const listed = await everyOrder(order);
  tally.ordersChecked += await checkOrders(ledger, listed, random.pick(shop.orders));
  await checkStock(ledger, listed, shelves, shop);
  for (const requestId of await shop.orderData.requestsDoneTwice()) {
    const purchase = ledger.purchases.find((each) => each.requestId === requestId);
    ledger.violate("SECOND ORDER", `request ${requestId} has made more than one order`, purchase);
  }
  ledger.forget();
  return ledger.violations.length === 0;
}
