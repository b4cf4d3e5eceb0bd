import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { LIST_ORDERS, listOrder } from "./order-list.ts";

fc.configureGlobal({ seed: seed() });

const refusal = expect.objectContaining({
  reason: "INVALID_FIELDS",
  details: { fields: [{ field: "order_by", description: expect.stringContaining("create_time desc, create_time") }] },
});

test.each([
  ["", "create_time desc"],
  ["  ", "create_time desc"],
  ["create_time", "create_time"],
  ["create_time asc", "create_time"],
  ["create_time desc", "create_time desc"],
  [" create_time \t desc\n", "create_time desc"],
])("%j asks for %j", (asked, order) => {
  expect(listOrder(asked)).toBe(order);
});

describe("refused is", () => {
  test.each([
    "id",
    "asc",
    "desc",
    "create_time desc asc",
    "create_time asc asc",
    "create_time DESC",
    "create_timedesc",
    "create_time,id",
    "create_time desc, id",
    "createTime",
    "title",
    "__proto__",
  ])("%j", (asked) => {
    expect(() => listOrder(asked)).toThrow(refusal);
  });

  test("any other text", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (asked) => {
        fc.pre(asked.trim() !== "" && !LIST_ORDERS.some((order) => asked.includes(order)));
        expect(() => listOrder(asked)).toThrow(refusal);
      }),
    );
  });
});
