import { describe, expect, test } from "@jest/globals";
import { makeOrder } from "./orders.ts";
import { makeProduct } from "./products.ts";

const PRODUCTS = 500;
const orders = Array.from({ length: 1_000 }, (_, index) => makeOrder(7, index, PRODUCTS));

describe("a seed's orders", () => {
  test("are the same in every run", () => {
    expect(makeOrder(7, 123, PRODUCTS)).toEqual(orders[123]);
    expect(makeOrder(8, 123, PRODUCTS)).not.toEqual(orders[123]);
  });

  test("have request ids that are UUIDs, each its own", () => {
    for (const { requestId } of orders)
      expect(requestId).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(orders.map((order) => order.requestId)).size).toBe(orders.length);
  });

  test("have another request id when they have another content", () => {
    const ids = Array.from({ length: 50 }, (_, index) => {
      const few = makeOrder(7, index, 20);
      const many = orders[index];
      const same = JSON.stringify(few.lineItems, text) === JSON.stringify(many?.lineItems, text);
      return same === (few.requestId === many?.requestId);
    });
    expect(ids).not.toContain(false);
  });

  test("are what the contract allows, for products of the seed that had stock", () => {
    const ids = new Set(Array.from({ length: PRODUCTS }, (_, index) => makeProduct(7, index).id));
    for (const { lineItems } of orders) {
      expect(lineItems.length).toBeGreaterThanOrEqual(1);
      expect(new Set(lineItems.map((line) => line.productId)).size).toBe(lineItems.length);
      for (const { productId, quantity, unitPrice } of lineItems) {
        expect(ids).toContain(productId);
        expect(quantity).toBeGreaterThanOrEqual(1);
        if (unitPrice !== undefined) expect(unitPrice).toMatchObject({ currencyCode: "USD", nanos: 0 });
      }
    }
  });

  test("vary in length, price and fate", () => {
    expect(new Set(orders.map((order) => order.lineItems.length)).size).toBeGreaterThan(3);
    const lines = orders.flatMap((order) => order.lineItems);
    expect(lines.some((line) => line.unitPrice !== undefined)).toBe(true);
    expect(lines.some((line) => line.unitPrice === undefined)).toBe(true);
    const cancelled = orders.filter((order) => order.cancelled).length;
    expect(cancelled).toBeGreaterThan(20);
    expect(cancelled).toBeLessThan(150);
  });

  test("are possible with a single product", () => {
    expect(makeOrder(7, 0, 1).lineItems).toMatchObject([{ productId: makeProduct(7, 0).id }]);
  });

  function text(_: string, value: unknown): unknown {
    return typeof value === "bigint" ? String(value) : value;
  }
});
