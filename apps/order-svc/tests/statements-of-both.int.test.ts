import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderView } from "@skyport/proto";
import {
  createWiretap,
  eventually,
  namedTrips,
  type StatementNames,
  sharedPostgres,
  tripsOnceWarm,
  type Wiretap,
} from "@skyport/testing";
import { CACHES, type CacheKind, openCache } from "./support/caches.ts";
import { ordered } from "./support/lab.ts";
import { type OrderServer, orderIn, startOrderServer } from "./support/order-server.ts";
import { BOTH_SERVICES, type BothServices } from "./support/pins-of-both.ts";
import { type ProductServer, startProductServer } from "./support/product-server.ts";
import { tripsIn } from "./support/statement-names.ts";

/** What product-svc's statements do that a call of order-svc leads to. */
const PRODUCT_NAMES: StatementNames = [
  [/^SELECT product\.\* FROM jsonb_array_elements_text/, "find products"],
  [/^INSERT INTO reservations /, "lock reservations"],
  [/^SELECT shelf\.\* FROM/, "lock products"],
  [/^WITH movement AS \(/, "write decisions"],
  [/^WITH old AS MATERIALIZED \( SELECT id FROM reservations/, undefined],
];

const LINES = 3;

describe.each(CACHES)("with %s", (cache) => {
  const resources = new AsyncDisposableStack();
  const orderIds: string[] = [];
  let [orderTap, productTap]: Wiretap[] = [];
  let services: BothServices;

  /** Both services, with a cache that knows nothing. */
  async function open(kind: CacheKind, taps: { order: Wiretap; product: Wiretap }, direct: readonly string[]) {
    const stack = new AsyncDisposableStack();
    const [orderRedis, productRedis] = [await openCache(kind), await openCache(kind)];
    stack.defer(() => orderRedis.close());
    stack.defer(() => productRedis.close());
    const [orderDirect = "", productDirect = ""] = direct;
    const product: ProductServer = stack.use(
      await startProductServer({
        databaseUrl: taps.product.url,
        databaseDirectUrl: productDirect,
        redisUrl: productRedis.url,
      }),
    );
    const places = {
      databaseUrl: taps.order.url,
      databaseDirectUrl: orderDirect,
      redisUrl: orderRedis.url,
      productServiceUrl: product.url,
    };
    const order: OrderServer = stack.use(await startOrderServer(places, { pollMs: Number.POSITIVE_INFINITY }));
    return { product, order, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  function trips(): string[] {
    if (orderTap === undefined || productTap === undefined) throw new Error("not started");
    return [...tripsIn(orderTap), ...namedTrips(productTap, PRODUCT_NAMES).map((trip) => `product-svc: ${trip}`)];
  }

  function clear(): void {
    orderTap?.clear();
    productTap?.clear();
  }

  beforeAll(async () => {
    const postgres = resources.use(await sharedPostgres());
    const direct = [await postgres.createDatabase(), await postgres.createDatabase()] as const;
    const taps = {
      order: resources.use(await createWiretap(direct[0])),
      product: resources.use(await createWiretap(direct[1])),
    };
    [orderTap, productTap] = [taps.order, taps.product];
    {
      await using first = await open(cache, taps, direct);
      for (let made = 0; made < 12; made++) {
        const ids = await Promise.all(Array.from({ length: LINES }, () => first.product.add()));
        const lineItems = ids.map((productId) => ({ productId, quantity: 1 }));
        orderIds.push(orderIn(await first.order.orders.createOrder({ order: { lineItems } })).id);
      }
    }
    const { product, order } = resources.use(await open(cache, taps, direct));
    const productId = await product.add({ inStock: 1_000 });
    const cached = orderIds.pop() ?? "";
    // Connections are made and statements prepared before anything is counted; caches keep nothing in their first seconds.
    for (let round = 0; round < 5; round++) await ordered(order, productId, 1);
    const isCached = async (): Promise<boolean> => {
      await order.orders.getOrder({ id: cached, view: OrderView.FULL });
      await product.products.getProduct({ id: productId });
      clear();
      await order.orders.getOrder({ id: cached, view: OrderView.FULL });
      await product.products.getProduct({ id: productId });
      return trips().length === 0;
    };
    await eventually(isCached, { withinMs: 30_000, everyMs: 100 });
    services = { order, productId, cached, unknownOrder: () => orderIds.pop() ?? "" };
  }, 90_000);
  afterAll(() => resources.disposeAsync());

  test.each(BOTH_SERVICES)("%s: %p", async (_, expected, call) => {
    const made = await tripsOnceWarm(expected, async () => {
      clear();
      await call(services);
      return trips();
    });
    expect(made).toEqual(expected);
  });
});
