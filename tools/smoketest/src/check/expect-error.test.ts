import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema, ResourceInfoSchema, RetryInfoSchema } from "@skyport/proto";
import { describeError } from "./describe-error.ts";
import { detailOf, refused } from "./expect-error.ts";
import { Surprise } from "./surprise.ts";

function error(code: Code, reason: string, domain = "skyport"): ConnectError {
  return new ConnectError("said to people", code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain } },
    { desc: ResourceInfoSchema, value: { resourceName: "products/a" } },
  ]);
}

describe("an expected refusal", () => {
  test("is returned when code and reason are as they should be", async () => {
    const thrown = error(Code.NotFound, "PRODUCT_NOT_FOUND");
    await expect(refused(Code.NotFound, "PRODUCT_NOT_FOUND", Promise.reject(thrown))).resolves.toBe(thrown);
  });

  test("is a surprise when the call succeeds", async () => {
    const call = refused(Code.NotFound, "PRODUCT_NOT_FOUND", Promise.resolve({ product: "a" }));
    await expect(call).rejects.toThrow("expected  NOT_FOUND PRODUCT_NOT_FOUND\ncame      { product: 'a' }");
  });

  test.each([
    ["another code", error(Code.Aborted, "PRODUCT_NOT_FOUND")],
    ["another reason", error(Code.NotFound, "ORDER_NOT_FOUND")],
    ["another domain", error(Code.NotFound, "PRODUCT_NOT_FOUND", "example.com")],
    ["no reason", new ConnectError("gone", Code.NotFound)],
    ["an error of no protocol", new TypeError("oops")],
  ])("is a surprise with %s, told in full", async (_, thrown) => {
    const call = refused(Code.NotFound, "PRODUCT_NOT_FOUND", Promise.reject(thrown));
    await expect(call).rejects.toBeInstanceOf(Surprise);
    await expect(call).rejects.toThrow(describeError(thrown).split("\n")[0]);
  });

  test("has the details that are looked for", () => {
    const thrown = error(Code.NotFound, "PRODUCT_NOT_FOUND");
    expect(detailOf(thrown, ResourceInfoSchema).resourceName).toBe("products/a");
    expect(() => detailOf(thrown, RetryInfoSchema)).toThrow(Surprise);
  });
});

describe("an error in words", () => {
  test("has its code, its message and its details", () => {
    expect(describeError(error(Code.NotFound, "PRODUCT_NOT_FOUND"))).toBe(
      [
        "NOT_FOUND: said to people",
        'ErrorInfo {"reason":"PRODUCT_NOT_FOUND","domain":"skyport"}',
        'ResourceInfo {"resourceName":"products/a"}',
      ].join("\n"),
    );
  });

  test("has what caused it", () => {
    const cause = new Error("connect ECONNREFUSED 127.0.0.1:8081");
    expect(describeError(new TypeError("fetch failed", { cause }))).toBe(
      "TypeError: fetch failed\ncaused by Error: connect ECONNREFUSED 127.0.0.1:8081",
    );
    expect(describeError("a string")).toBe("a string");
  });
});
