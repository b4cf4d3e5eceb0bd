import { expect, test } from "@jest/globals";
import { OrderService, ProductService } from "@skyport/proto";
import { entityTag } from "./entity-tag.ts";

const method = ProductService.method.getProduct;
const json = { method, contentType: "application/json", contentEncoding: "" };
const tag = entityTag(["p1", "7"], json);

test("is a strong entity tag, the same for the same answer", () => {
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  expect(entityTag(["p1", "7"], json)).toBe(tag);
});

test.each([
  ["another revision", entityTag(["p1", "8"], json)],
  ["parts that are cut elsewhere", entityTag(["p17"], json)],
  ["a part more", entityTag(["p1", "7", ""], json)],
  ["another encoding of the message", entityTag(["p1", "7"], { ...json, contentType: "application/proto" })],
  ["another compression", entityTag(["p1", "7"], { ...json, contentEncoding: "gzip" })],
  ["another schema", entityTag(["p1", "7"], { ...json, method: OrderService.method.getOrder })],
])("%s has another one", (_, other) => {
  expect(other).not.toBe(tag);
});
