import type { JsonObject } from "@bufbuild/protobuf";
import { OrderService, ProductService } from "@skyport/proto";
import { JsonClient } from "../load/connect-json.ts";
import type { Shop } from "../stage/shop.ts";
import type { Method, Scenario } from "./scenario.ts";
import { someOrders, someProducts } from "./spread.ts";

const { getProduct, batchGetProducts, listProducts } = ProductService.method;
const { getOrder, listOrders } = OrderService.method;

/** How many rows a scenario goes round in; all of them fit in any cache. */
const ROWS = 200;
const BATCH = 20;
const PAGE = 50;
/** The largest page: what a walk to a deep one takes. */
const WALK_PAGE = 1_000;
/** A page is deep behind half of the table, or behind a million rows. */
const DEEPEST = 1_000_000;

/** The token of the page behind half of the products. */
async function deepToken({ productUrl, products }: Shop): Promise<string> {
  using client = new JsonClient();
  const rpc = `${listProducts.parent.typeName}/${listProducts.name}`;
  let token = "";
  const depth = Math.min(Math.floor(products / 2), DEEPEST);
  for (let passed = 0; passed < depth; ) {
    const pageSize = Math.min(WALK_PAGE, depth - passed);
    const page = await client.call(productUrl, rpc, { pageSize, pageToken: token });
    token = String(page["nextPageToken"] ?? "");
    if (token === "") throw new Error("the list ends before its middle");
    passed += Array.isArray(page["products"]) ? page["products"].length : 0;
  }
  return token;
}

function read(
  name: string,
  service: Scenario["service"],
  method: Method,
  messages: (shop: Shop) => readonly JsonObject[] | Promise<readonly JsonObject[]>,
): Scenario {
  const calls = async (shop: Shop) => (await messages(shop)).map((message) => ({ method, message }));
  return { name, service, writes: false, calls };
}

const orderIds = (shop: Shop, view: string): JsonObject[] => someOrders(shop, ROWS).map((id) => ({ id, view }));

export const HOT_GET = read("GetProduct, hot", "product", getProduct, (shop) =>
  someProducts(shop, 1).map((id) => ({ id })),
);

export const BATCH_GET = read("BatchGetProducts of 20, hot", "product", batchGetProducts, (shop) => {
  const ids = someProducts(shop, ROWS);
  const batches = Math.floor(ids.length / BATCH);
  return Array.from({ length: batches }, (_, n) => ({ ids: ids.slice(n * BATCH, (n + 1) * BATCH) }));
});

export const LIST_FIRST = read("ListProducts, first page", "product", listProducts, () => [{ pageSize: PAGE }]);

export const LIST_DEEP = read("ListProducts, deep page", "product", listProducts, async (shop) => [
  { pageSize: PAGE, pageToken: await deepToken(shop) },
]);

export const ORDER_BASIC = read("GetOrder, BASIC", "order", getOrder, (shop) => orderIds(shop, "ORDER_VIEW_BASIC"));

export const ORDER_FULL = read("GetOrder, FULL", "order", getOrder, (shop) => orderIds(shop, "ORDER_VIEW_FULL"));

export const LIST_ORDERS = read("ListOrders, first page", "order", listOrders, () => [
  { pageSize: PAGE, view: "ORDER_VIEW_BASIC" },
]);
