import { expect, test } from "@jest/globals";
import { refusedAdjustment } from "./adjustment.ts";
import { MAX_STOCK, type Product } from "./product.ts";

const product = (inStock: number): Product => ({
  id: "ody",
  key: 1n,
  title: "Odyssey",
  passengerCapacity: 0,
  maximumSpeed: 0,
  inStock,
  price: undefined,
  revision: 1n,
  createTime: 0n,
  updateTime: 0n,
});

test("an unknown product is not found", () => {
  expect(refusedAdjustment("ody", 1, undefined)).toMatchObject({
    reason: "PRODUCT_NOT_FOUND",
    details: { resources: [{ name: "products/ody" }] },
  });
});

test("below zero is out of stock, and tells what is left", () => {
  expect(refusedAdjustment("ody", -4, product(3))).toMatchObject({
    reason: "OUT_OF_STOCK",
    details: { preconditions: [{ type: "OUT_OF_STOCK", subject: "products/ody", description: "4 wanted, 3 left" }] },
  });
});

test("above the largest stock, the delta is at fault", () => {
  expect(refusedAdjustment("ody", 1, product(MAX_STOCK))).toMatchObject({
    reason: "INVALID_FIELDS",
    details: { fields: [{ field: "delta" }] },
  });
});

test("what would be possible by now is contention: to be tried again", () => {
  expect(refusedAdjustment("ody", -3, product(3))).toMatchObject({ reason: "CONTENTION" });
  expect(refusedAdjustment("ody", 1, product(MAX_STOCK - 1))).toMatchObject({ reason: "CONTENTION" });
});
