import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { messageFormat, readGrpcHead } from "./grpc-head.ts";

const grpc = { ":method": "POST", "content-type": "application/grpc" };

describe("what the fast path takes", () => {
  test.each([
    ["binary", grpc, true],
    ["binary by name", { ...grpc, "content-type": "application/grpc+proto" }, true],
    ["JSON", { ...grpc, "content-type": "application/grpc+json" }, false],
    ["messages that say they are not compressed", { ...grpc, "grpc-encoding": "identity" }, true],
    ["compressed messages", { ...grpc, "grpc-encoding": "gzip" }, undefined],
    ["another codec", { ...grpc, "content-type": "application/grpc+thrift" }, undefined],
    ["no type", { ":method": "POST" }, undefined],
    ["another verb", { ...grpc, ":method": "GET" }, undefined],
    ["an expectation", { ...grpc, expect: "100-continue" }, undefined],
  ])("%s", (_, headers, format) => {
    expect(messageFormat(headers)).toBe(format);
  });
});

describe("the caller's timeout", () => {
  test.each([
    [undefined, undefined],
    ["59S", 59_000],
    ["60S", 60_000],
    ["61S", 60_000],
    ["60001m", 60_000],
    ["99999999H", 60_000],
    ["1500u", 1.5],
    ["0m", 0],
  ])("%s, of at most 60 s", (timeout, ms) => {
    const head = readGrpcHead(timeout === undefined ? {} : { "grpc-timeout": timeout }, 100_000_000, 60_000);
    expect(head).toMatchObject({ timeoutMs: ms, error: undefined });
  });

  test.each(["", "5", "S", "123456789S", "5 S", "-1S"])("%j is an error of the caller", (timeout) => {
    expect(readGrpcHead({ "grpc-timeout": timeout }, 100_000_000, 60_000).error?.code).toBe(Code.InvalidArgument);
  });

  test("above what the method allows is an error, too, where nothing cuts it", () => {
    expect(readGrpcHead({ "grpc-timeout": "61S" }, 60_000, undefined).error?.code).toBe(Code.InvalidArgument);
  });
});
