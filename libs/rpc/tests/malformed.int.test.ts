import { connect as connectHttp2 } from "node:http2";
import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema, OrderService, StatusSchema } from "@skyport/proto";
import { connectError, envelope, post } from "./support/post.ts";
import { startServer, type TestServer } from "./support/server.ts";

describe.each([
  ["the fast path", true],
  ["Connect's own handlers", false],
])("on %s", (_path, fastPath) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ fastPath });
  });
  afterAll(() => server.server.close());

  const NO_LEAK = /node_modules|\.ts:|\.js:|at \w+ \(/;

  describe("Connect JSON that cannot be decoded is MALFORMED_REQUEST", () => {
    test.each([
      ["broken JSON", "GetProduct", "{bad", undefined],
      ["nothing", "GetProduct", "", undefined],
      ["an array", "GetProduct", "[]", undefined],
      ["a wrong type", "GetProduct", '{"id":5}', ["id"]],
      ["a wrong type inside", "CreateProduct", '{"product":{"inStock":"many"}}', ["in_stock"]],
      ["a number that does not fit", "CreateProduct", '{"product":{"inStock":4294967296}}', ["in_stock"]],
      ["a field twice", "GetProduct", '{"id":"a","id":"b"}', undefined],
      ["nesting without end", "GetProduct", "[".repeat(500_000), undefined],
      ["nested unknown fields without end", "GetProduct", '{"x":'.repeat(150_000), undefined],
    ])("%s", async (_, method, body, fields) => {
      const reply = await post(server.url, method, body);
      expect(reply.status).toBe(400);
      expect(connectError(reply)).toMatchObject({ code: "invalid_argument", reason: "MALFORMED_REQUEST", fields });
      expect(reply.text).not.toMatch(NO_LEAK);
    });

    test("an unknown name of an enum, with the path to the field: a filter must not find everything", async () => {
      await using orders = await startServer({ fastPath, services: (router) => router.service(OrderService, {}) });
      const list = async (filter: object) => {
        const response = await fetch(`${orders.url}/skyport.order.v1.OrderService/ListOrders`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ filter, unknown: "ORDER_STATE_LOST" }),
        });
        return connectError({ status: response.status, headers: response.headers, text: await response.text() });
      };
      expect(await list({ state: "ORDER_STATE_LOST" })).toMatchObject({
        code: "invalid_argument",
        reason: "MALFORMED_REQUEST",
        fields: ["filter.state"],
      });
      // Decoded: these fail because the stub has no such method.
      for (const state of ["ORDER_STATE_PENDING", 1, null]) {
        expect(await list({ state })).toMatchObject({ code: "unimplemented" });
      }
    });

    test("bytes that are no UTF-8", async () => {
      const body = new Uint8Array([...Buffer.from('{"id":"'), 0xff, ...Buffer.from('"}')]);
      expect(connectError(await post(server.url, "GetProduct", body))).toMatchObject({ reason: "MALFORMED_REQUEST" });
    });
  });

  test("unknown JSON fields are ignored, and both spellings of a name are taken", async () => {
    const body = '{"product":{"id":"a","in_stock":1,"maximumSpeed":2,"colour":"red"},"x":{"y":[1]}}';
    const reply = await post(server.url, "CreateProduct", body);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({ product: { id: "a", inStock: 1, maximumSpeed: 2 } });
  });

  describe("other bodies that cannot be decoded are MALFORMED_REQUEST", () => {
    test.each([
      ["binary", Buffer.from([0x0a, 0xff]), { "content-type": "application/proto" }],
      ["gzip that is none", Buffer.from("not gzip"), { "content-encoding": "gzip" }],
      ["Brotli that is none", Buffer.from("not brotli"), { "content-encoding": "br" }],
      ["a timeout that is no number", Buffer.from('{"id":"a"}'), { "connect-timeout-ms": "soon" }],
    ])("%s", async (_, body, headers) => {
      const reply = await post(server.url, "GetProduct", body, headers);
      expect(reply.status).toBe(400);
      expect(connectError(reply)).toMatchObject({ code: "invalid_argument", reason: "MALFORMED_REQUEST" });
      expect(reply.text).not.toMatch(NO_LEAK);
    });

    test.each([
      ["base64 that is none", "?connect=v1&encoding=proto&base64=1&message=%25%25%25"],
      ["base64 of a wrong length", "?connect=v1&encoding=proto&base64=1&message=a"],
      ["JSON that is none", "?connect=v1&encoding=json&message=%7Bbad"],
      ["no message", "?connect=v1&encoding=json"],
    ])("a GET with %s", async (_, query) => {
      const response = await fetch(`${server.url}/skyport.product.v1.ProductService/GetProduct${query}`);
      const reply = { status: response.status, headers: response.headers, text: await response.text() };
      expect(reply.status).toBe(400);
      expect(connectError(reply)).toMatchObject({ code: "invalid_argument", reason: "MALFORMED_REQUEST" });
    });
  });

  describe("gRPC", () => {
    /** Sends bytes as the body of a gRPC call, and gives back the trailers' status and reason. */
    async function grpc(body: Buffer): Promise<{ status: string; reason: string | undefined; message: string }> {
      const session = connectHttp2(server.url);
      try {
        const stream = session.request({
          ":method": "POST",
          ":path": "/skyport.product.v1.ProductService/GetProduct",
          "content-type": "application/grpc",
          te: "trailers",
        });
        let trailers: Record<string, unknown> = {};
        stream.on("trailers", (headers) => {
          trailers = { ...headers };
        });
        stream.end(body);
        stream.resume();
        await new Promise((resolve, reject) => stream.on("close", resolve).on("error", reject));
        const encoded = String(trailers["grpc-status-details-bin"] ?? "");
        const details = fromBinary(StatusSchema, Buffer.from(encoded, "base64")).details;
        const reason = details.flatMap((any) => anyUnpack(any, ErrorInfoSchema) ?? []).map((info) => info.reason)[0];
        return { status: String(trailers["grpc-status"]), reason, message: String(trailers["grpc-message"]) };
      } finally {
        session.close();
      }
    }

    test.each([
      ["a message that is none", envelope(Buffer.from([0x0a, 0xff]))],
      ["an incomplete frame", envelope(Buffer.alloc(10)).subarray(0, 8)],
      ["a compressed frame without a compression", envelope(Buffer.alloc(10), 1)],
    ])("%s is MALFORMED_REQUEST", async (_, body) => {
      expect(await grpc(body)).toMatchObject({ status: "3", reason: "MALFORMED_REQUEST" });
    });

    test("a frame that claims more than the limit is MESSAGE_TOO_LARGE before it is read", async () => {
      const body = Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
      expect(await grpc(body)).toMatchObject({ status: "8", reason: "MESSAGE_TOO_LARGE" });
    });
  });

  describe("what Connect itself answers stays as it is", () => {
    test("404 for an unknown method, which clients report as unimplemented", async () => {
      const reply = await post(server.url, "NoSuchMethod", "{}");
      expect(reply.status).toBe(404);
      expect(connectError(reply).code).toBe("unimplemented");
    });

    test("415 for a content type that is no RPC's", async () => {
      expect((await post(server.url, "GetProduct", "{}", { "content-type": "text/plain" })).status).toBe(415);
    });

    test("405 for GET of a method with side effects, and for other verbs", async () => {
      const path = `${server.url}/skyport.product.v1.ProductService`;
      expect((await fetch(`${path}/CreateProduct?encoding=json&message=%7B%7D`)).status).toBe(405);
      expect((await fetch(`${path}/GetProduct`, { method: "PUT", body: "{}" })).status).toBe(405);
    });

    test("an unknown compression is unimplemented", async () => {
      const reply = await post(server.url, "GetProduct", "{}", { "content-encoding": "zstd" });
      expect(connectError(reply).code).toBe("unimplemented");
    });
  });

  test("each of these calls has its one line in the log, as the caller's mistake", async () => {
    const before = server.lines.length;
    await post(server.url, "GetProduct", "{bad", { "x-request-id": "bad-json" });
    const line = await server.line((entry) => entry["id"] === "bad-json");
    expect(line).toMatchObject({
      level: 40,
      code: "invalid_argument",
      reason: "MALFORMED_REQUEST",
      protocol: "connect",
    });
    expect(line).not.toHaveProperty("err");
    expect(server.lines.slice(before).filter((entry) => entry["id"] === "bad-json")).toHaveLength(1);
  });
});
