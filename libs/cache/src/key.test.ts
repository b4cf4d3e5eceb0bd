import { expect, test } from "@jest/globals";
import { cacheKey, checkEntityName, MAX_ID_LENGTH } from "./key.ts";
import { newToken } from "./token.ts";

test("entity and id can be told apart whatever the id holds", () => {
  expect(cacheKey("product", "a:b").name).toBe("product:a:b");
  for (const name of ["product:a", "Product", "", "a b", "1a"]) expect(() => checkEntityName(name)).toThrow(TypeError);
});

test("ids are bounded", () => {
  expect(cacheKey("product", "x".repeat(MAX_ID_LENGTH)).id).toHaveLength(MAX_ID_LENGTH);
  for (const id of ["", "x".repeat(MAX_ID_LENGTH + 1)]) expect(() => cacheKey("product", id)).toThrow(RangeError);
});

test("tokens differ, and hold no separator", () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  expect(new Set(tokens).size).toBe(1_000);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{16}$/);
});
