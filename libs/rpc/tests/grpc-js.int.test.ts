import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { type CallOptions, Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { BadRequestSchema, ErrorInfoSchema, ProductService, StatusSchema } from "@skyport/proto";
import { startServer, stubProducts, type TestServer } from "./support/server.ts";

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startServer({}, { ...stubProducts, updateProduct: () => new Promise<never>(() => undefined) });
  client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.server.close();
});

type Methods = typeof ProductService.method;
type Outcome = { answer?: unknown; error?: ServiceError; metadata?: Metadata };

/** A unary call by gRPC's own client for Node, with nothing of Connect on its side. */
function call(method: Methods[keyof Methods], request: Uint8Array, options: CallOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    let metadata: Metadata | undefined;
    const sent = new Metadata();
    sent.set("x-request-id", "from-grpc-js");
    const unary = client.makeUnaryRequest(
      `/${method.parent.typeName}/${method.name}`,
      (bytes: Buffer) => bytes,
      (bytes) => fromBinary(method.output, bytes),
      Buffer.from(request),
      sent,
      options,
      (error, answer) => {
        resolve({ ...(error === null ? { answer } : { error }), ...(metadata === undefined ? {} : { metadata }) });
      },
    );
    unary.on("metadata", (received) => {
      metadata = received;
    });
  });
}

function detailsOf(error: ServiceError | undefined) {
  const [encoded] = error?.metadata.get("grpc-status-details-bin") ?? [];
  if (!(encoded instanceof Uint8Array)) throw new Error("no details");
  return fromBinary(StatusSchema, encoded).details;
}

describe("@grpc/grpc-js", () => {
  const { getProduct, createProduct, updateProduct } = ProductService.method;
  const get = (id: string) => toBinary(getProduct.input, { $typeName: "skyport.product.v1.GetProductRequest", id });

  test("is answered", async () => {
    const { answer, metadata } = await call(getProduct, get("a"));
    expect(answer).toMatchObject({ product: { id: "a", title: "from-grpc-js" } });
    expect(metadata?.get("x-request-id")).toEqual(["from-grpc-js"]);
  });

  test("gets a status with details", async () => {
    const { error } = await call(getProduct, get("missing"));
    expect(error).toMatchObject({ code: status.NOT_FOUND, details: "product not found: missing" });
    const info = detailsOf(error).flatMap((any) => anyUnpack(any, ErrorInfoSchema) ?? []);
    expect(info).toMatchObject([{ reason: "PRODUCT_NOT_FOUND", domain: "skyport" }]);
  });

  test("gets the violations of the largest error that there is", async () => {
    const method = ProductService.method.batchGetProducts;
    const ids = Array.from({ length: 100 }, (_, index) => `!${index}`);
    const request = toBinary(method.input, { $typeName: "skyport.product.v1.BatchGetProductsRequest", ids });
    const { error } = await call(method, request);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    const [bad] = detailsOf(error).flatMap((any) => anyUnpack(any, BadRequestSchema) ?? []);
    expect(bad?.fieldViolations[0]?.field).toBe("ids[0]");
  });

  test("gets MALFORMED_REQUEST for a message that is none", async () => {
    const { error } = await call(createProduct, Buffer.from([0x0a, 0xff]));
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    const info = detailsOf(error).flatMap((any) => anyUnpack(any, ErrorInfoSchema) ?? []);
    expect(info).toMatchObject([{ reason: "MALFORMED_REQUEST" }]);
  });

  test("gets DEADLINE_EXCEEDED by its own deadline", async () => {
    const request = toBinary(updateProduct.input, {
      $typeName: "skyport.product.v1.UpdateProductRequest",
      product: { $typeName: "skyport.product.v1.Product", id: "a", imageUri: "", etag: "" },
    });
    const { error } = await call(updateProduct, request, { deadline: Date.now() + 200 });
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
  });
});
