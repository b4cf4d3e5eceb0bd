import { randomUUID } from "node:crypto";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { InventoryService, type Order, OrderService, ProductService } from "@skyport/proto";
import { sharedPostgres } from "@skyport/testing";
import { type AuditRun, runAudit, startService } from "./program.ts";
import { openSql, type Sql } from "./sql.ts";

/** Both services as programs, on databases of their own. */
export interface Stack extends AsyncDisposable {
  readonly productUrl: string;
  readonly orderUrl: string;
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
  readonly orders: Client<typeof OrderService>;
  readonly productSql: Sql;
  readonly orderSql: Sql;
  /** Makes a product under an id of its own. */
  add(inStock: number): Promise<string>;
  /** Makes an order, by product and quantity. */
  order(lines: Readonly<Record<string, number>>): Promise<Order>;
  /** Runs the audit's program. */
  audit(...args: readonly string[]): Promise<AuditRun>;
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
  const urls = { PRODUCT_URL: product.url, ORDER_URL: order.url };
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
    audit: (...args) => runAudit(args, urls),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
