import { create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { createContextValues, createHandlerContext, type HandlerContext } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Cache, type CachedEntity, createCache } from "@skyport/cache";
import {
  type GetProductResponse,
  GetProductResponseSchema,
  type Product,
  ProductSchema,
  ProductService,
} from "@skyport/proto";
import { Call, createLogger, setCall } from "@skyport/rpc";
import { batchGetProducts } from "./batch-get-products.ts";
import { getProduct } from "./get-product.ts";

const method = ProductService.method.getProduct;
const product = (etag: string): Product =>
  create(ProductSchema, { id: "a", title: "The A", etag, imageUri: "https://i.example/a.jpg", price: { units: 7n } });

let cache: Cache;
let products: CachedEntity<Product>;
let exists: boolean;

beforeEach(async () => {
  exists = true;
  cache = await createCache({
    store: "memory",
    databaseIdentity: async () => "db:1",
    schemaVersion: 1,
    quarantineMs: 0,
  });
  products = cache.entity<Product>({
    name: "product",
    ttlMs: 60_000,
    encode: (value) => toBinary(ProductSchema, value),
    decode: (bytes) => fromBinary(ProductSchema, bytes),
    load: async (ids) => new Map(!exists ? [] : ids.map((id) => [id, { version: 1n, value: product("1") }])),
  });
});
afterEach(() => cache.close());

/** A call as a server would hand it in. */
function called(requestMethod: "GET" | "POST"): { call: Call; context: HandlerContext } {
  const logger = createLogger({ name: "test", level: "silent" });
  const call = new Call({ method, protocol: "connect", timeoutMs: undefined, logger, header: () => undefined });
  const contextValues = createContextValues();
  setCall(contextValues, call);
  const about = { service: ProductService, method, protocolName: "connect", requestMethod, url: "http://x.example/" };
  return { call, context: createHandlerContext({ ...about, contextValues }) };
}

const ask = (handler: ReturnType<typeof getProduct>, requestMethod: "GET" | "POST" = "POST") =>
  handler({ $typeName: "skyport.product.v1.GetProductRequest", id: "a" }, called(requestMethod).context);

describe("a product that is cached in this process", () => {
  test("is answered without a promise, by one frozen message", async () => {
    const handler = getProduct({ products });
    await ask(handler);
    await ask(handler);
    const response = ask(handler);
    expect(response).not.toBeInstanceOf(Promise);
    expect(response).toEqual(create(GetProductResponseSchema, { product: product("1") }));
    expect(ask(handler)).toBe(response);
    expect(Object.isFrozen(response)).toBe(true);
  });

  test("its message is encoded, copied and made part of others as any other is", async () => {
    await ask(getProduct({ products }));
    const frozen = await products.get("a", called("POST").call.deadline);
    if (frozen === undefined) throw new Error("not found");
    expect(Object.isFrozen(frozen) && Object.isFrozen(frozen.price)).toBe(true);
    expect(toBinary(ProductSchema, frozen)).toEqual(toBinary(ProductSchema, product("1")));
    expect(toJson(ProductSchema, frozen)).toEqual(toJson(ProductSchema, product("1")));
    expect(create(ProductSchema, { ...frozen, title: "B" }).title).toBe("B");
    const outer: GetProductResponse = create(GetProductResponseSchema, { product: frozen });
    expect(outer.product).toBe(frozen);
    expect(() => Object.assign(frozen, { title: "B" })).toThrow(TypeError);
  });

  test("and one that does not exist is not found, cached or not", async () => {
    exists = false;
    const handler = getProduct({ products });
    for (let read = 0; read < 3; read += 1) {
      await expect(async () => ask(handler)).rejects.toMatchObject({ reason: "PRODUCT_NOT_FOUND" });
    }
  });
});

describe("a GET is told what its answer was made from", () => {
  test("GetProduct: the revision, cached or not", async () => {
    const handler = getProduct({ products });
    for (let read = 0; read < 3; read += 1) {
      const { call, context } = called("GET");
      await handler({ $typeName: "skyport.product.v1.GetProductRequest", id: "a" }, context);
      expect(call.stamp).toEqual(["1 https://i.example/a.jpg"]);
    }
  });

  test("BatchGetProducts: each revision, and what is missing", async () => {
    const { call, context } = called("GET");
    products = { ...products, getMany: async () => new Map([["a", product("3")]]) };
    await batchGetProducts({ products })(
      { $typeName: "skyport.product.v1.BatchGetProductsRequest", ids: ["b", "a"] },
      context,
    );
    expect(call.stamp).toEqual(["", "3 https://i.example/a.jpg"]);
  });

  test("a POST is not", async () => {
    const { call, context } = called("POST");
    await getProduct({ products })({ $typeName: "skyport.product.v1.GetProductRequest", id: "a" }, context);
    expect(call.stamp).toBeUndefined();
  });
});
