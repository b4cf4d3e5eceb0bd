import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createContextValues, createHandlerContext } from "@connectrpc/connect";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type Cache, type CachedEntity, createCache } from "@skyport/cache";
import { databaseUnavailable } from "@skyport/errors";
import {
  GetOrderRequestSchema,
  GetOrderResponseSchema,
  type Order,
  OrderSchema,
  OrderService,
  OrderView,
  type Product,
  ProductSchema,
} from "@skyport/proto";
import { Call, createLogger, setCall } from "@skyport/rpc";
import { getOrder } from "./get-order.ts";

const method = OrderService.method.getOrder;
const order = create(OrderSchema, {
  id: "o1",
  etag: "1",
  lineItems: [
    { productId: "a", quantity: 1 },
    { productId: "gone", quantity: 2 },
  ],
});
const products = new Map([["a", create(ProductSchema, { id: "a", etag: "7", imageUri: "https://i.example/a.jpg" })]]);

let cache: Cache;
let orders: CachedEntity<Order>;
let batchGet: () => Promise<ReadonlyMap<string, Product>>;

beforeEach(async () => {
  batchGet = async () => products;
  cache = await createCache({
    store: "memory",
    databaseIdentity: async () => "db:1",
    schemaVersion: 1,
    quarantineMs: 0,
  });
  orders = cache.entity<Order>({
    name: "order",
    ttlMs: 60_000,
    encode: (value) => toBinary(OrderSchema, value),
    decode: (bytes) => fromBinary(OrderSchema, bytes),
    load: async (ids) => new Map(ids.map((id) => [id, { version: 1n, value: order }])),
  });
});
afterEach(() => cache.close());

/** Asks as a server would; tells the stamp beside the answer. */
function asking() {
  const handler = getOrder({ orders, productClient: { batchGet: () => batchGet() } });
  return (view: OrderView, requestMethod: "GET" | "POST" = "GET") => {
    const logger = createLogger({ name: "test", level: "silent" });
    const call = new Call({ method, protocol: "connect", timeoutMs: undefined, logger, header: () => undefined });
    const contextValues = createContextValues();
    setCall(contextValues, call);
    const about = { service: OrderService, method, protocolName: "connect", requestMethod, url: "http://x.example/" };
    const context = createHandlerContext({ ...about, contextValues });
    return { call, answer: handler(create(GetOrderRequestSchema, { id: "O1", view }), context) };
  };
}

test("BASIC, cached in this process: one frozen answer, without a promise", async () => {
  const ask = asking();
  for (let read = 0; read < 2; read += 1) await ask(OrderView.BASIC).answer;
  const { call, answer } = ask(OrderView.BASIC);
  expect(answer).not.toBeInstanceOf(Promise);
  expect(answer).toEqual(create(GetOrderResponseSchema, { order }));
  expect(ask(OrderView.BASIC, "POST").answer).toBe(answer);
  expect(Object.isFrozen(answer)).toBe(true);
  expect(call.stamp).toEqual(["1", "", ""]);
});

test("FULL is made anew, of products as they are now, which its stamp tells", async () => {
  const ask = asking();
  const { call, answer } = ask(OrderView.FULL);
  expect((await answer).order?.lineItems?.map(({ product }) => product?.etag)).toEqual(["7", undefined]);
  expect(call.stamp).toEqual(["1", "7 https://i.example/a.jpg", ""]);
  batchGet = () => Promise.reject(databaseUnavailable(new Error("gone")));
  const without = ask(OrderView.FULL);
  expect(await without.answer).toMatchObject({ unreachable: ["a", "gone"] });
  expect(without.call.stamp).toEqual(["1", "", "", "a", "gone"]);
});

test("a POST has no stamp", async () => {
  const { call, answer } = asking()(OrderView.FULL, "POST");
  await answer;
  expect(call.stamp).toBeUndefined();
});
