import { Code, createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BadRequestSchema, ProductService, QuotaFailureSchema, ResourceInfoSchema } from "@skyport/proto";
import { failureOf, infoOf } from "./support/failure.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { TRANSPORTS } from "./support/transports.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ limits: { readMaxBytes: 10_000, writeMaxBytes: 50_000 } });
});
afterAll(() => server.server.close());

describe.each(TRANSPORTS)("%s", (_, transport) => {
  const client = () => createClient(ProductService, transport(server.url));

  test("answers, and the id of the call goes from the caller through the handler and back", async () => {
    let sentBack: string | null = null;
    const { product } = await client().getProduct(
      { id: "the_odyssey" },
      { headers: { "x-request-id": "call-7" }, onHeader: (headers) => (sentBack = headers.get("x-request-id")) },
    );
    expect(product).toMatchObject({ id: "the_odyssey", title: "call-7" });
    expect(sentBack).toBe("call-7");
  });

  test("a domain error keeps its code, reason and details", async () => {
    const error = await failureOf(client().getProduct({ id: "missing" }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe("product not found: missing");
    expect(infoOf(error)).toEqual({
      reason: "PRODUCT_NOT_FOUND",
      domain: "skyport",
      metadata: { product_id: "missing" },
    });
    expect(error.findDetails(ResourceInfoSchema)).toMatchObject([{ resourceName: "products/missing" }]);
  });

  test("every violation comes at once, by its proto path", async () => {
    const product = { id: "!", inStock: -1, maximumSpeed: -1 };
    const error = await failureOf(client().createProduct({ product, requestId: "no uuid" }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(infoOf(error).reason).toBe("INVALID_FIELDS");
    const fields = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
    expect(fields.map(({ field }) => field).sort()).toEqual([
      "product.id",
      "product.in_stock",
      "product.maximum_speed",
      "request_id",
    ]);
  });

  test("an index in the path names the element", async () => {
    const error = await failureOf(client().batchGetProducts({ ids: ["good", "not good"] }));
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([{ field: "ids[1]" }]);
  });

  test.each(["bug", "internal"])("an unexpected error (%s) shows nothing but an id, which the log has", async (id) => {
    const error = await failureOf(client().getProduct({ id }));
    expect(error.code).toBe(Code.Internal);
    const { reason, metadata } = infoOf(error);
    expect(reason).toBe("INTERNAL");
    expect(JSON.stringify({ ...error, message: error.message, metadata: [...error.metadata] })).not.toMatch(
      /SELECT|db-host/,
    );
    const line = await server.line((entry) => entry["id"] === metadata["id"]);
    expect(line).toMatchObject({ level: 50, reason: "INTERNAL", err: { message: expect.stringContaining("SELECT") } });
  });

  test("a message above the limit is MESSAGE_TOO_LARGE with the limit", async () => {
    const error = await failureOf(client().getProduct({ id: "x".repeat(12_000) }));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(infoOf(error).reason).toBe("MESSAGE_TOO_LARGE");
    expect(error.findDetails(QuotaFailureSchema)[0]?.violations).toMatchObject([
      { subject: "request message", description: expect.stringContaining("10000") },
    ]);
  });

  test("a response above the limit is MESSAGE_TOO_LARGE too", async () => {
    const error = await failureOf(client().listProducts({}));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(infoOf(error).reason).toBe("MESSAGE_TOO_LARGE");
    expect(error.findDetails(QuotaFailureSchema)[0]?.violations).toMatchObject([{ subject: "response message" }]);
  });

  test("a method without implementation is unimplemented", async () => {
    expect((await failureOf(client().updateProduct({ product: { id: "a" } }))).code).toBe(Code.Unimplemented);
  });
});
