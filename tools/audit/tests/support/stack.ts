import { randomUUID } from "node:crypto";
import { PassThrough } from "node:stream";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { InventoryService, type Order, OrderService, ProductService } from "@skyport/proto";
import { eventually, sharedPostgres } from "@skyport/testing";
import { readOptions } from "../../src/args.ts";
import { run } from "../../src/run.ts";
import { startService } from "./program.ts";
import { openSql, type Sql } from "./sql.ts";

/** Both services as programs, on databases of their own. */
export interface Stack extends AsyncDisposable {
  readonly productUrl: string;
  readonly orderUrl: string;
  /** The environment in which the audit's program finds both. */
  readonly environment: Readonly<Record<"PRODUCT_URL" | "ORDER_URL", string>>;
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
  readonly orders: Client<typeof OrderService>;
  readonly productSql: Sql;
  readonly orderSql: Sql;
  /** Makes a product under an id of its own. */
  add(inStock: number): Promise<string>;
  /** Makes an order, by product and quantity. */
  order(lines: Readonly<Record<string, number>>): Promise<Order>;
  /** Cancels an order; what it held is given back. */
  cancel(id: string): Promise<void>;
  /** Audits in this process. */
  audit(...args: readonly string[]): Promise<AuditReport>;
}

export interface AuditReport {
  readonly isClean: boolean;
  readonly output: string;
}

export async function startStack(): Promise<Stack> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await sharedPostgres());
  const [productDatabase, orderDatabase] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()]);
  const productSql = opened.use(openSql(productDatabase));
  const orderSql = opened.use(openSql(orderDatabase));
  const product = opened.use(await startService("product-svc", { DATABASE_URL: productDatabase }));
  const order = opened.use(
    await startService("order-svc", { DATABASE_URL: orderDatabase, PRODUCT_SVC_URL: product.url }),
  );
  const [productTransport, orderTransport] = [product.url, order.url].map((baseUrl) => {
    const sessionManager = new Http2SessionManager(baseUrl);
    opened.defer(() => sessionManager.abort());
    return createConnectTransport({ baseUrl, httpVersion: "2", sessionManager, defaultTimeoutMs: 10_000 });
  });
  if (productTransport === undefined || orderTransport === undefined) throw new Error("a transport is missing");
  const products = createClient(ProductService, productTransport);
  const inventory = createClient(InventoryService, productTransport);
  const orders = createClient(OrderService, orderTransport);
  const environment = { PRODUCT_URL: product.url, ORDER_URL: order.url };
  const resources = opened.move();
  return {
    productUrl: product.url,
    orderUrl: order.url,
    products,
    inventory,
    orders,
    productSql,
    orderSql,
    async add(inStock) {
      const id = `ship-${randomUUID()}`;
      await products.createProduct({
        product: { id, title: "A ship", inStock, price: { currencyCode: "EUR", units: 5n } },
      });
      return id;
    },
    async order(lines) {
      const lineItems = Object.entries(lines).map(([productId, quantity]) => ({ productId, quantity }));
      const { order: made } = await orders.createOrder({ order: { lineItems } });
      if (made === undefined) throw new Error("the answer has no order");
      return made;
    },
    async cancel(id) {
      await orders.cancelOrder({ id });
      // The answer does not wait long for that.
      await eventually(async () => (await orders.listOpenIntentions({})).intentions.length === 0, { withinMs: 60_000 });
    },
    environment,
    async audit(...args) {
      const options = readOptions(args, environment);
      if (options === "help") throw new Error("that is no audit");
      let output = "";
      const print = (text: string): void => {
        output += `${text}\n`;
      };
      // Only write and isTTY are used, which a PassThrough has or lacks as a pipe does.
      const progress = new PassThrough().resume() as unknown as NodeJS.WriteStream;
      return { isClean: await run(options, { print, progress }), output };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
