import { createContextValues } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ProductService } from "@skyport/proto";
import { createLogger } from "../logging/logger.ts";
import { Call, callOf, setCall } from "./call.ts";
import { requestIdFrom } from "./request-id.ts";

describe("the id", () => {
  test.each([
    "a",
    "0af7651916cd43dd8448eb211c80319c",
    "018f3b1c-7c1e-7b7a-9d0a-6f1f1d2e3c4b",
    "A_b.c~d:e/f+g=h@i",
    "x".repeat(128),
  ])("of the caller is kept: %s", (id) => {
    expect(requestIdFrom(id)).toBe(id);
  });

  test.each(["", "a b", "a\nb", "a\u0000", "é", '"', "x".repeat(129), null, undefined])("else it is new: %j", (id) => {
    expect(requestIdFrom(id)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
  });
});

test("the header is read, the id and logger are made, only when they are asked for, and once", () => {
  let reads = 0;
  const lines: string[] = [];
  const call = new Call({
    method: ProductService.method.getProduct,
    protocol: "connect",
    timeoutMs: undefined,
    logger: createLogger({ name: "t", destination: { write: (text) => void lines.push(text) } }),
    header(name) {
      reads++;
      return name === "x-request-id" ? "id-1" : null;
    },
  });
  expect(reads).toBe(0);
  expect([call.id, call.id, call.header("other")]).toEqual(["id-1", "id-1", undefined]);
  expect(reads).toBe(2);
  expect(call.logger).toBe(call.logger);
  call.logger.info("hello");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    id: "id-1",
    method: "skyport.product.v1.ProductService/GetProduct",
  });
});

test("a handler finds its call, and only in a server's context", () => {
  const values = createContextValues();
  expect(() => callOf({ values })).toThrow("no call");
  const logger = createLogger({ name: "t", level: "silent" });
  const call = new Call({
    method: ProductService.method.getProduct,
    protocol: "connect",
    timeoutMs: 1,
    logger,
    header: () => null,
  });
  setCall(values, call);
  expect(callOf({ values })).toBe(call);
});
