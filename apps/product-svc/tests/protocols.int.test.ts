import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "@jest/globals";
import { InventoryService, ProductService } from "@skyport/proto";
import { failureOf } from "./support/failure.ts";
import { freshId, getProduct, uuidV7 } from "./support/fixtures.ts";
import { overStores, type Scene } from "./support/world.ts";

const PRODUCTS = "skyport.product.v1.ProductService";

async function post(scene: Scene, procedure: string, body: unknown) {
  const response = await fetch(`${scene.url}/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function get(scene: Scene, procedure: string, message: unknown) {
  const query = new URLSearchParams({ connect: "v1", encoding: "json", message: JSON.stringify(message) });
  return fetch(`${scene.url}/${procedure}?${query}`);
}

overStores((scene) => {
  describe("plain JSON", () => {
    test("speaks lowerCamelCase, and takes snake_case as well", async () => {
      const id = freshId();
      const price = { currency_code: "EUR", units: "100000", nanos: 990_000_000 };
      const product = { id, title: "The Odyssey", passenger_capacity: 101, maximumSpeed: 5, in_stock: 10, price };
      const made = await post(scene, `${PRODUCTS}/CreateProduct`, { product });
      expect(made.status).toBe(200);
      expect(made.body["product"]).toMatchObject({
        id,
        title: "The Odyssey",
        passengerCapacity: 101,
        maximumSpeed: 5,
        inStock: 10,
        price: { currencyCode: "EUR", units: "100000", nanos: 990_000_000 },
        imageUri: `https://images.example/products/${id}.jpg`,
        createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/),
      });
      expect(await post(scene, `${PRODUCTS}/GetProduct`, { id })).toEqual(made);
    });

    test("ignores fields that it does not know", async () => {
      const product = { id: freshId(), title: "X", colour: "red" };
      expect((await post(scene, `${PRODUCTS}/CreateProduct`, { product, more: 1 })).status).toBe(200);
    });

    test("takes a mask in proto3 JSON", async () => {
      const id = freshId();
      await scene.products.createProduct({ product: { id, title: "X", inStock: 1, maximumSpeed: 2 } });
      const request = { product: { id, maximumSpeed: 9 }, updateMask: "inStock,maximumSpeed" };
      const { body } = await post(scene, `${PRODUCTS}/UpdateProduct`, request);
      expect(body["product"]).toMatchObject({ title: "X", inStock: 0, maximumSpeed: 9 });
    });

    test("tells an error's details in readable form", async () => {
      const request = { product: { id: "?", title: "", inStock: -1 } };
      const { status, body } = await post(scene, `${PRODUCTS}/CreateProduct`, request);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: "invalid_argument", message: expect.stringContaining("product.title") });
      expect(body["details"]).toEqual([
        {
          type: "google.rpc.ErrorInfo",
          value: expect.any(String),
          debug: { reason: "INVALID_FIELDS", domain: "skyport" },
        },
        {
          type: "google.rpc.BadRequest",
          value: expect.any(String),
          debug: {
            fieldViolations: ["product.id", "product.title", "product.in_stock"].map((field) => ({
              field,
              description: expect.any(String),
            })),
          },
        },
      ]);
    });

    test("an unknown product is 404", async () => {
      const id = freshId();
      const { status, body } = await post(scene, `${PRODUCTS}/GetProduct`, { id });
      expect(status).toBe(404);
      expect(body).toMatchObject({
        code: "not_found",
        details: [
          { debug: { reason: "PRODUCT_NOT_FOUND", metadata: { product_id: id } } },
          { type: "google.rpc.ResourceInfo", debug: { resourceName: `products/${id}` } },
        ],
      });
    });
  });

  describe("Connect GET", () => {
    test("serves reads", async () => {
      const id = freshId();
      await scene.products.createProduct({ product: { id, title: "X" } });
      const response = await get(scene, `${PRODUCTS}/GetProduct`, { id });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ product: { id, title: "X" } });
      for (const [procedure, message] of [
        [`${PRODUCTS}/BatchGetProducts`, { ids: [id] }],
        [`${PRODUCTS}/ListProducts`, { pageSize: 1, orderBy: "id" }],
        ["skyport.product.v1.InventoryService/AuditStock", {}],
        ["skyport.product.v1.InventoryService/ListReservations", {}],
      ] as const) {
        expect((await get(scene, procedure, message)).status).toBe(200);
      }
    });

    test("serves no writes", async () => {
      const id = freshId();
      const response = await get(scene, `${PRODUCTS}/CreateProduct`, { product: { id, title: "X" } });
      expect(response.status).toBe(405);
      expect((await failureOf(getProduct(scene, id))).reason).toBe("PRODUCT_NOT_FOUND");
    });
  });

  describe("the generated client", () => {
    const transports: [string, () => Transport][] = [
      ["Connect over HTTP/1.1", () => createConnectTransport({ baseUrl: scene.url, httpVersion: "1.1" })],
      ["Connect over HTTP/2", () => createConnectTransport({ baseUrl: scene.url, httpVersion: "2" })],
      ["Connect with GET", () => createConnectTransport({ baseUrl: scene.url, httpVersion: "1.1", useHttpGet: true })],
      [
        "Connect in JSON",
        () => createConnectTransport({ baseUrl: scene.url, httpVersion: "1.1", useBinaryFormat: false }),
      ],
      ["gRPC", () => createGrpcTransport({ baseUrl: scene.url })],
      ["gRPC-web", () => createGrpcWebTransport({ baseUrl: scene.url, httpVersion: "1.1" })],
    ];

    test.each(transports)("speaks %s: answers, and errors with their details", async (_, transport) => {
      const products = createClient(ProductService, transport());
      const id = freshId();
      const { product } = await products.createProduct({ product: { id, title: "X", inStock: 1 } });
      expect((await products.getProduct({ id })).product).toEqual(product);
      expect(await failureOf(products.createProduct({ product: { id, title: "Again" } }))).toMatchObject({
        code: "AlreadyExists",
        reason: "PRODUCT_ALREADY_EXISTS",
        domain: "skyport",
        resources: [`products/${id}`],
      });
      expect(await failureOf(products.updateProduct({ product: { id, inStock: -1, title: "" } }))).toMatchObject({
        code: "InvalidArgument",
        reason: "INVALID_FIELDS",
        fields: ["product.in_stock", "product.title"],
      });
    });
  });

  test("an error about a hundred products with the longest ids arrives by gRPC, whose details are headers", async () => {
    const inventory = createClient(InventoryService, createGrpcTransport({ baseUrl: scene.url }));
    const ids = Array.from({ length: 100 }, () => freshId().padEnd(128, "-x"));
    const reserve = () => {
      const items = ids.map((productId) => ({ productId, quantity: 1_000 }));
      return failureOf(inventory.setReservation({ reservationId: uuidV7(), generation: 1, items }));
    };
    const missing = await reserve();
    expect(missing.reason).toBe("PRODUCT_NOT_FOUND");
    expect(missing.resources.length + Number(missing.metadata["omitted"])).toBe(100);
    await Promise.all(ids.map((id) => scene.products.createProduct({ product: { id, title: "X", inStock: 1 } })));
    const short = await reserve();
    expect(short.reason).toBe("OUT_OF_STOCK");
    expect(short.preconditions.length + Number(short.metadata["omitted"])).toBe(100);
  });
});
