import { describe, expect, test } from "@jest/globals";
import { Surprise } from "../check/surprise.ts";
import { failed, succeeded } from "./expect-answer.ts";
import type { Answer } from "./json.ts";

function answer(status: number, json: unknown): Answer {
  return { status, json, text: JSON.stringify(json) ?? "", headers: new Headers() };
}

const notFound = {
  code: "not_found",
  message: "product not found: a",
  details: [{ type: "google.rpc.ErrorInfo", debug: { reason: "PRODUCT_NOT_FOUND", domain: "skyport" }, value: "Cg" }],
};

describe("an HTTP answer", () => {
  test("that is a success is returned", () => {
    expect(succeeded(answer(200, { product: { id: "a", inStock: 9 } }), { product: { inStock: 9 } })).toEqual({
      product: { id: "a", inStock: 9 },
    });
  });

  test.each([answer(500, {}), answer(200, {}), answer(200, undefined), answer(201, { product: { inStock: 9 } })])(
    "that is no such success is a surprise: %j",
    (came) => {
      expect(() => succeeded(came, { product: { inStock: 9 } })).toThrow(Surprise);
    },
  );

  test("that is the expected failure is returned", () => {
    expect(failed(answer(404, notFound), 404, "not_found", "PRODUCT_NOT_FOUND")).toBe(notFound);
  });

  test.each([
    answer(200, {}),
    answer(400, notFound),
    answer(404, { ...notFound, code: "unimplemented" }),
    answer(404, { ...notFound, details: [] }),
    answer(404, undefined),
  ])("that is another failure is a surprise: %j", (came) => {
    expect(() => failed(came, 404, "not_found", "PRODUCT_NOT_FOUND")).toThrow(/^the error\nexpected {2}HTTP 404/);
  });
});
