import { expect, test } from "@jest/globals";
import { ConfigError } from "@skyport/rpc";
import { toConfig } from "./config.ts";

const REQUIRED = { DATABASE_URL: "postgres://localhost/products", PAGE_TOKEN_SECRET: "x".repeat(32) };

test("needs a database and a secret, and no more", () => {
  expect(toConfig(REQUIRED)).toMatchObject({ port: 8081, redisUrl: undefined });
  expect(toConfig(REQUIRED).imageRoot).toMatch(/^https:/);
  expect(() => toConfig({})).toThrow(ConfigError);
});

test("takes the root of the pictures", () => {
  expect(toConfig({ ...REQUIRED, PRODUCT_IMAGE_ROOT: "http://pictures/" }).imageRoot).toBe("http://pictures/");
  expect(() => toConfig({ ...REQUIRED, PRODUCT_IMAGE_ROOT: "pictures" })).toThrow("PRODUCT_IMAGE_ROOT");
});
