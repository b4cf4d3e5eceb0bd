import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { PRODUCT_ORDERS, productListing } from "./product-list.ts";

function refusedField(of: () => unknown): string | undefined {
  try {
    of();
  } catch (error) {
    if (error instanceof DomainError && error.reason === "INVALID_FIELDS") return error.details.fields?.[0]?.field;
    throw error;
  }
  return undefined;
}

test.each([
  ["", "create_time desc"],
  ["  ", "create_time desc"],
  ["create_time desc", "create_time desc"],
  ["create_time   desc ", "create_time desc"],
  ["create_time", "create_time"],
  ["create_time asc", "create_time"],
  ["title", "title"],
  ["title asc", "title"],
  ["title desc", "title desc"],
  ["id", "id"],
  ["id asc", "id"],
])("order_by %j is %j", (orderBy, order) => {
  expect(productListing(orderBy, "", false).order).toBe(order);
});

test.each([
  "id desc",
  "price",
  "title,id",
  "Title",
  "title DESC",
  "desc",
  "asc",
  "title desc asc",
  "create_time desc asc",
  "title asc asc",
  "__proto__",
])("order_by %j is refused", (orderBy) => {
  expect(refusedField(() => productListing(orderBy, "", false))).toBe("order_by");
});

describe("a title prefix", () => {
  test.each(["", "title", "title asc"])("brings title order (%j)", (orderBy) => {
    expect(productListing(orderBy, "ody", true)).toEqual({ order: "title", titlePrefix: "ody", inStockOnly: true });
  });

  test.each(PRODUCT_ORDERS.filter((order) => order !== "title"))("refuses %j", (order) => {
    expect(refusedField(() => productListing(order, "ody", false))).toBe("order_by");
  });
});
