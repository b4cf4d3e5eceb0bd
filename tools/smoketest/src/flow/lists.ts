import { Code } from "@connectrpc/connect";
import { OrderState, OrderView } from "@skyport/proto";
import { equal, holds, includes } from "../check/expect.ts";
import { refused } from "../check/expect-error.ts";
import { createOrder, createProduct, type Flow } from "./flow.ts";

/** Pages of products and of orders, and tokens that nobody issued. */
export async function lists(flow: Flow): Promise<void> {
  const { report, clients, tag } = flow;
  const { products, orders } = clients;
  const ids = ["e", "c", "a", "d", "b"].map((letter) => `list-${tag}-${letter}`);
  const filter = { titlePrefix: `LIST ${tag} `.toUpperCase() };

  await report.step("ListProducts pages through a title prefix in title order, each product once", async () => {
    for (const id of ids) {
      await createProduct(flow, { id, title: `List ${tag} ${id.slice(-1)}`, inStock: 5, price: dollars(1n) });
    }
    const pages = await walk(async (pageToken) => {
      const page = await products.listProducts({ filter, pageSize: 2, pageToken });
      return { ids: page.products.map((product) => product.id), next: page.nextPageToken };
    });
    const sorted = ids.toSorted();
    equal("pages", pages, [sorted.slice(0, 2), sorted.slice(2, 4), sorted.slice(4)]);
  });
  await report.step("ListProducts may change its page size on the way", async () => {
    const first = await products.listProducts({ filter, pageSize: 1 });
    const rest = await products.listProducts({ filter, pageSize: 10, pageToken: first.nextPageToken });
    includes("rest", rest, {
      products: ids
        .toSorted()
        .slice(1)
        .map((id) => ({ id })),
      nextPageToken: "",
    });
  });
  await report.step("ListProducts without a filter begins with what was created last", async () => {
    const { products: page } = await products.listProducts({ pageSize: 3 });
    const times = page.map(({ createTime }) => Number(createTime?.seconds) * 1e6 + Number(createTime?.nanos) / 1e3);
    equal(
      "times",
      times,
      times.toSorted((a, b) => b - a),
    );
  });
  await report.step("ListProducts refuses a forged token, and one from another list", async () => {
    const { nextPageToken } = await products.listProducts({ filter, pageSize: 2 });
    const requests = [
      { filter, pageToken: forge(nextPageToken) },
      { filter, pageToken: "AAAA" },
      { filter: { titlePrefix: `list ${tag} a` }, pageToken: nextPageToken },
      { pageToken: nextPageToken },
    ];
    for (const request of requests) {
      await refused(Code.InvalidArgument, "PAGE_TOKEN_INVALID", products.listProducts(request));
    }
    await refused(Code.InvalidArgument, "PAGE_TOKEN_INVALID", orders.listOrders({ pageToken: nextPageToken }));
  });
  await report.step("ListProducts refuses a negative page size and an unknown order", async () => {
    await refused(Code.InvalidArgument, "INVALID_FIELDS", products.listProducts({ pageSize: -1 }));
    await refused(Code.InvalidArgument, "INVALID_FIELDS", products.listProducts({ orderBy: "colour" }));
  });

  const productId = ids[0] ?? "";
  const made = await report.step("ListOrders pages through a product's orders, the newest first", async () => {
    const created: string[] = [];
    for (let n = 0; n < 3; n++) created.push((await createOrder(flow, { productId, quantity: 1 })).id);
    const pages = await walk(async (pageToken) => {
      const page = await orders.listOrders({ filter: { productId }, pageSize: 2, pageToken });
      return { ids: page.orders.map((order) => order.id), next: page.nextPageToken };
    });
    const newestFirst = created.toReversed();
    equal("pages", pages, [newestFirst.slice(0, 2), newestFirst.slice(2)]);
    return created;
  });
  await report.step("ListOrders turns its order, filters by state, and joins products in FULL view", async () => {
    const filtered = { productId, state: OrderState.CONFIRMED };
    const page = await orders.listOrders({ filter: filtered, orderBy: "create_time", view: OrderView.FULL });
    const lineItems = [{ productId, product: { id: productId, inStock: 2 } }];
    includes("page", page, { orders: made.map((id) => ({ id, lineItems })), unreachable: [] });
    const none = await orders.listOrders({ filter: { productId, state: OrderState.CANCELLED } });
    equal("cancelled", none.orders, []);
  });
  await report.step("ListOrders refuses a forged token", async () => {
    const { nextPageToken } = await orders.listOrders({ filter: { productId }, pageSize: 1 });
    holds("nextPageToken", nextPageToken, "a token", nextPageToken !== "");
    const call = orders.listOrders({ filter: { productId }, pageToken: forge(nextPageToken) });
    await refused(Code.InvalidArgument, "PAGE_TOKEN_INVALID", call);
  });
}

function dollars(units: bigint) {
  return { currencyCode: "USD", units, nanos: 0 };
}

/** More pages than any walk here has: a list that never ends is a surprise, not a hang. */
const MOST_PAGES = 10;

async function walk(fetchPage: (token: string) => Promise<{ ids: string[]; next: string }>): Promise<string[][]> {
  const pages: string[][] = [];
  for (let token = ""; ; ) {
    const { ids, next } = await fetchPage(token);
    pages.push(ids);
    if (next === "") return pages;
    holds("pages", pages.length, `an end within ${MOST_PAGES} pages`, pages.length < MOST_PAGES);
    token = next;
  }
}

/** The token with one character in its middle changed. */
function forge(token: string): string {
  const middle = Math.floor(token.length / 2);
  const other = token[middle] === "A" ? "B" : "A";
  return token.slice(0, middle) + other + token.slice(middle + 1);
}
