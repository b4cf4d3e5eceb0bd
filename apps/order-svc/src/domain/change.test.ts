import { describe, expect, test } from "@jest/globals";
import { DomainError } from "@skyport/errors";
import { checkChangeable } from "./change.ts";
import { etagOf } from "./etag.ts";
import type { Order, OrderState } from "./order.ts";

function order(state: OrderState, revision = 7n): Order {
  return { id: "o", key: 1n, state, lineItems: [], generation: 1, revision, createTime: 0n, updateTime: 0n };
}

function reasonOf(...args: Parameters<typeof checkChangeable>): string {
  try {
    checkChangeable(...args);
    return "none";
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
}

describe("an order's line items", () => {
  test("may be changed while it is confirmed, with its etag or without", () => {
    const confirmed = order("confirmed");
    expect(checkChangeable("o", confirmed, "")).toBe(confirmed);
    expect(checkChangeable("o", confirmed, etagOf(7n))).toBe(confirmed);
  });

  test.each<[string, Order | undefined, string, string]>([
    ["it does not exist", undefined, "", "ORDER_NOT_FOUND"],
    ["it does not exist, with an etag", undefined, etagOf(7n), "ORDER_NOT_FOUND"],
    ["it is cancelled", order("cancelled"), "", "ORDER_CANCELLED"],
    ["it is cancelled, and the etag is old", order("cancelled"), etagOf(6n), "ORDER_CANCELLED"],
    ["its etag is another", order("confirmed"), etagOf(6n), "ETAG_MISMATCH"],
    ["it is pending, and its etag is another", order("pending"), etagOf(6n), "ETAG_MISMATCH"],
    ["it is pending", order("pending"), "", "CONTENTION"],
  ])("may not be changed when %s", (_, stored, etag, reason) => {
    expect(reasonOf("o", stored, etag)).toBe(reason);
  });
});
