import type { Order } from "@skyport/proto";
import type { Ledger } from "../ledger/ledger.ts";
import type { Shelf } from "../ledger/lines.ts";
import type { Member } from "../shop/member.ts";
import type { Shop } from "../shop/shop.ts";

const CALL_MS = 20_000;
const PAGE = 1_000;
/** How many orders are read one by one as well, through another instance's cache. */
const SAMPLE = 40;

/** Every order there is, as one instance lists them. */
export async function everyOrder({ endpoint }: Member): Promise<Order[]> {
  const all: Order[] = [];
  for (let pageToken = ""; ; ) {
    const page = await endpoint.call(CALL_MS, ({ orders }, call) =>
      orders.listOrders({ pageSize: PAGE, pageToken, orderBy: "create_time" }, call),
    );
    all.push(...page.orders);
    pageToken = page.nextPageToken;
    if (pageToken === "") return all;
  }
}

/** Every order is as it was acknowledged, none is missing and none is there beside them. Nothing may be under way. */
export async function checkOrders(ledger: Ledger, listed: readonly Order[], reader: Member): Promise<number> {
  const since = performance.now();
  for (const order of listed) ledger.seen(order, since, "the list");
  const ids = new Set(listed.map(({ id }) => id));
  let checked = 0;
  for (const purchase of ledger.purchases) {
    for (const { id } of purchase.orders.values()) {
      checked += 1;
      if (!ids.has(id)) ledger.missed(purchase, id, "the list");
    }
  }
  for (const { id } of listed.slice(-SAMPLE)) {
    const { order } = await reader.endpoint.call(CALL_MS, ({ orders }, call) => orders.getOrder({ id }, call));
    if (order !== undefined) ledger.seen(order, since, `GetOrder at ${reader.name}`);
  }
  return checked;
}

/** Of each product: what was there, plus what was added, is what is left plus what confirmed orders hold. */
export async function checkStock(
  ledger: Ledger,
  listed: readonly Order[],
  shelves: readonly Shelf[],
  shop: Shop,
): Promise<void> {
  const held = new Map<string, number>();
  const confirmed = new Set(
    ledger.purchases.flatMap(({ orders }) =>
      [...orders.values()].filter(({ standing }) => standing === "confirmed").map(({ id }) => id),
    ),
  );
  for (const { id, lineItems } of listed) {
    if (!confirmed.has(id)) continue;
    for (const { productId, quantity } of lineItems) held.set(productId, (held.get(productId) ?? 0) + quantity);
  }
  const stored = await shop.productData.stock();
  for (const { id, inStock } of shelves) {
    const left = stored.get(id) ?? Number.NaN;
    const should = inStock + ledger.adjustment(id) - (held.get(id) ?? 0);
    if (left !== should) {
      ledger.violate("WRONG STOCK", `${left} left of ${id} instead of ${should}: ${held.get(id) ?? 0} are ordered`);
    }
    if (!(left >= 0)) ledger.violate("NEGATIVE STOCK", `${left} left of ${id}`);
    for (const { name, endpoint } of shop.products) {
      const { product } = await endpoint.call(CALL_MS, ({ products }, call) => products.getProduct({ id }, call));
      if (product?.inStock !== left)
        ledger.violate("STALE STOCK", `${name} tells ${product?.inStock} of ${id}, not ${left}`);
    }
  }
}
