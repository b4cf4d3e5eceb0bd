import { describe, expect, test } from "@jest/globals";
import {
  databaseUnavailable,
  deadlineExceeded,
  etagMismatch,
  invalidFields,
  notFound,
  outOfStock,
  productAlreadyExists,
  requestIdReused,
  resourceName,
} from "./factories.ts";

describe("resource names", () => {
  test.each([
    ["product", "the_odyssey", "products/the_odyssey"],
    ["order", "0193c1f6-6a3e-7c41-9f0e-2b9a5f1d7c11", "orders/0193c1f6-6a3e-7c41-9f0e-2b9a5f1d7c11"],
    ["reservation", "r", "reservations/r"],
  ] as const)("a %s called %s", (kind, id, name) => {
    expect(resourceName(kind, id)).toBe(name);
  });
});

describe("factories", () => {
  test("invalidFields keeps every violation, and names the fields in its message", () => {
    const violations = [
      { field: "product.id", description: "is required" },
      { field: "order.line_items[2].quantity", description: "must be at least 1" },
    ];
    const error = invalidFields(violations);
    expect(error.reason).toBe("INVALID_FIELDS");
    expect(error.details.fields).toEqual(violations);
    expect(error.message).toBe("invalid: product.id, order.line_items[2].quantity");
  });

  test.each([
    ["product", "PRODUCT_NOT_FOUND", "skyport.product.v1.Product", "product_id"],
    ["order", "ORDER_NOT_FOUND", "skyport.order.v1.Order", "order_id"],
    ["reservation", "RESERVATION_NOT_FOUND", "skyport.product.v1.Reservation", "reservation_id"],
  ] as const)("notFound of a %s", (kind, reason, type, key) => {
    const error = notFound(kind, "a", "b");
    expect(error.reason).toBe(reason);
    expect(error.message).toBe(`${kind} not found: a, b`);
    expect(error.details.metadata).toEqual({ [key]: "a,b" });
    expect(error.details.resources).toEqual([
      { type, name: `${kind}s/a`, description: `this ${kind} does not exist` },
      { type, name: `${kind}s/b`, description: `this ${kind} does not exist` },
    ]);
  });

  test("a message names the first few of many, the details name all", () => {
    const ids = Array.from({ length: 9 }, (_, index) => `p-${index}`);
    const error = notFound("product", ...ids);
    expect(error.message).toBe("product not found: p-0, p-1, p-2, p-3, p-4 and 4 more");
    expect(error.details.resources).toHaveLength(9);
    expect(error.details.metadata).toEqual({ product_id: ids.join(",") });
    expect(notFound("product", ...ids.slice(0, 5)).message).toBe("product not found: p-0, p-1, p-2, p-3, p-4");
  });

  test("productAlreadyExists names the product", () => {
    const error = productAlreadyExists("the_odyssey");
    expect(error.reason).toBe("PRODUCT_ALREADY_EXISTS");
    expect(error.details.metadata).toEqual({ product_id: "the_odyssey" });
    expect(error.details.resources).toMatchObject([
      { type: "skyport.product.v1.Product", name: "products/the_odyssey" },
    ]);
  });

  test("outOfStock keeps one violation a product, of both kinds", () => {
    const violations = [
      { type: "OUT_OF_STOCK", subject: "products/a", description: "3 wanted, 1 left" },
      { type: "PRODUCT_NOT_FOUND", subject: "products/b", description: "this product does not exist" },
    ] as const;
    const error = outOfStock(violations);
    expect(error.reason).toBe("OUT_OF_STOCK");
    expect(error.details.preconditions).toEqual(violations);
    expect(error.message).toBe("not enough in stock: products/a, products/b");
  });

  test("etagMismatch names what has changed, and is not to be repeated as it is", () => {
    const error = etagMismatch("order", "o-1");
    expect(error.reason).toBe("ETAG_MISMATCH");
    expect(error.details.metadata).toEqual({ order_id: "o-1" });
    expect(error.details.resources).toMatchObject([{ type: "skyport.order.v1.Order", name: "orders/o-1" }]);
    expect(error.retryAfterMs).toBeUndefined();
  });

  test("requestIdReused names the field that holds the id", () => {
    const error = requestIdReused("request_id");
    expect(error.reason).toBe("REQUEST_ID_REUSED");
    expect(error.details.fields).toMatchObject([{ field: "request_id" }]);
  });

  test.each([
    [databaseUnavailable, "DATABASE_UNAVAILABLE"],
    [deadlineExceeded, "DEADLINE_EXCEEDED"],
  ] as const)("%p keeps what went wrong as its cause, and out of its message", (factory, reason) => {
    const cause = new Error("connect ECONNREFUSED 10.0.0.7:5432");
    const error = factory(cause);
    expect(error.reason).toBe(reason);
    expect(error.cause).toBe(cause);
    expect(error.message).not.toMatch(/ECONNREFUSED|10\.0|5432/);
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });
});
