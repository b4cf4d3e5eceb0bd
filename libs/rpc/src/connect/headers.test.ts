import { describe, expect, test } from "@jest/globals";
import { encodeGrpcMessage } from "@skyport/fastpath";
import { capTimeoutHeaders } from "./timeout-headers.ts";

describe("a timeout above the server's longest is cut to it", () => {
  test.each([
    ["connect-timeout-ms", "60000", "60000"],
    ["connect-timeout-ms", "60001", "60000"],
    ["connect-timeout-ms", "9999999999", "60000"],
    ["connect-timeout-ms", "soon", "soon"],
    ["connect-timeout-ms", "99999999999", "99999999999"],
    ["grpc-timeout", "59S", "59S"],
    ["grpc-timeout", "61S", "60000m"],
    ["grpc-timeout", "2M", "60000m"],
    ["grpc-timeout", "99999999H", "60000m"],
    ["grpc-timeout", "99999999n", "99999999n"],
    ["grpc-timeout", "99999999u", "60000m"],
    ["grpc-timeout", "1x", "1x"],
  ])("%s: %s becomes %s", (name, value, expected) => {
    const headers = new Headers({ [name]: value });
    capTimeoutHeaders(headers, 60_000);
    expect(headers.get(name)).toBe(expected);
  });

  test("none stays none", () => {
    const headers = new Headers();
    capTimeoutHeaders(headers, 60_000);
    expect([...headers]).toEqual([]);
  });
});

test.each([
  ["product not found: a, b", "product not found: a, b"],
  ["100 % é \n", "100 %25 %C3%A9 %0A"],
  ["東京", "%E6%9D%B1%E4%BA%AC"],
  ["\ud800", "%EF%BF%BD"],
])("the gRPC message %j is sent as %j", (message, sent) => {
  expect(encodeGrpcMessage(message)).toBe(sent);
  expect(decodeURIComponent(sent)).toBe(message.toWellFormed());
});
