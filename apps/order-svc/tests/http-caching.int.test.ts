import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Order } from "@skyport/proto";
import { eventually, sharedPostgres } from "@skyport/testing";
import { ordered } from "./support/lab.ts";
import { type OrderServer, startOrderServer } from "./support/order-server.ts";
import { type ProductServer, startProductServer } from "./support/product-server.ts";

const resources = new AsyncDisposableStack();
let products: ProductServer;
let server: OrderServer;

beforeAll(async () => {
  const postgres = resources.use(await sharedPostgres());
  products = resources.use(await startProductServer({ databaseUrl: await postgres.createDatabase() }));
  const databaseUrl = await postgres.createDatabase();
  server = resources.use(await startOrderServer({ databaseUrl, redisUrl: undefined, productServiceUrl: products.url }));
});

afterAll(() => resources.disposeAsync());

type View = "ORDER_VIEW_BASIC" | "ORDER_VIEW_FULL";

/** GetOrder as a GET of somebody who holds an answer with this tag. */
async function get({ id }: Order, view: View, holding?: string): Promise<{ status: number; tag: string }> {
  const query = new URLSearchParams({ connect: "v1", encoding: "json", message: JSON.stringify({ id, view }) });
  const response = await fetch(`${server.url}/skyport.order.v1.OrderService/GetOrder?${query}`, {
    headers: holding === undefined ? {} : { "if-none-match": holding },
  });
  await response.arrayBuffer();
  return { status: response.status, tag: response.headers.get("etag") ?? "none" };
}

test("an order stands until it changes", async () => {
  const productId = await products.add();
  const order = await ordered(server, productId);
  const { tag } = await get(order, "ORDER_VIEW_BASIC");
  expect(await get(order, "ORDER_VIEW_BASIC", tag)).toEqual({ status: 304, tag });
  await products.products.updateProduct({ product: { id: productId, title: "Another name" } });
  expect((await get(order, "ORDER_VIEW_BASIC", tag)).status).toBe(304);
  await server.orders.cancelOrder({ id: order.id });
  expect((await get(order, "ORDER_VIEW_BASIC", tag)).status).toBe(200);
});

test("with its products it stands until it, or one of them, changes or goes", async () => {
  const productId = await products.add();
  const order = await ordered(server, productId);
  const changes: readonly (() => Promise<unknown>)[] = [
    () => products.products.updateProduct({ product: { id: productId, title: "Another name" } }),
    () => products.inventory.adjustStock({ productId, delta: 1 }),
    () => server.orders.updateOrder({ order: { id: order.id, lineItems: [{ productId, quantity: 2 }] } }),
    () => products.products.deleteProduct({ id: productId }),
  ];
  for (const change of changes) {
    const { tag } = await get(order, "ORDER_VIEW_FULL");
    expect(await get(order, "ORDER_VIEW_FULL", tag)).toEqual({ status: 304, tag });
    await change();
    const after = await get(order, "ORDER_VIEW_FULL", tag);
    expect(after.status).toBe(200);
    expect(after.tag).not.toBe(tag);
  }
});

test("an answer without products that could not be asked for is another one, and passes", async () => {
  const order = await ordered(server, await products.add());
  const { tag } = await get(order, "ORDER_VIEW_FULL");
  await products.kill();
  const without = await get(order, "ORDER_VIEW_FULL", tag);
  expect(without.status).toBe(200);
  expect(without.tag).not.toBe(tag);
  await products.revive();
  // The answer before stands again, and one of the time between does not.
  await eventually(async () => (await get(order, "ORDER_VIEW_FULL", tag)).status === 304, { withinMs: 20_000 });
  expect((await get(order, "ORDER_VIEW_FULL", without.tag)).status).toBe(200);
});
