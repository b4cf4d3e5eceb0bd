import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import {
  CancelOrderRequestSchema,
  CreateOrderRequestSchema,
  GetOrderRequestSchema,
  ListOrdersRequestSchema,
  UpdateOrderRequestSchema,
} from "@skyport/proto";
import { checkMessage } from "./checks.ts";

const ID = "01890000-0000-7000-8000-000000000000";
const lineItems = [{ productId: "a", quantity: 1 }];

const fieldsOf = (message: Parameters<typeof checkMessage>[0]): string[] =>
  checkMessage(message).map(({ field }) => field);

const updating = (request: MessageInitShape<typeof UpdateOrderRequestSchema>): string[] =>
  fieldsOf(create(UpdateOrderRequestSchema, request));

const listing = (request: MessageInitShape<typeof ListOrdersRequestSchema>): string[] =>
  fieldsOf(create(ListOrdersRequestSchema, request));

test("other messages are left to their schemas", () => {
  expect(fieldsOf(create(GetOrderRequestSchema, { id: "no uuid" }))).toEqual([]);
  expect(fieldsOf(create(CancelOrderRequestSchema))).toEqual([]);
});

test("a creation needs a line item", () => {
  expect(fieldsOf(create(CreateOrderRequestSchema, { order: { lineItems } }))).toEqual([]);
  expect(fieldsOf(create(CreateOrderRequestSchema, { order: {} }))).toEqual(["order.line_items"]);
  expect(fieldsOf(create(CreateOrderRequestSchema))).toEqual(["order.line_items"]);
});

test("a creation ignores the id", () => {
  expect(fieldsOf(create(CreateOrderRequestSchema, { order: { id: "mine", lineItems } }))).toEqual([]);
});

test("an update hears of everything at once", () => {
  expect(updating({ order: { id: ID, lineItems } })).toEqual([]);
  expect(updating({ order: { id: ID.toUpperCase(), lineItems }, updateMask: { paths: ["*"] } })).toEqual([]);
  expect(updating({ order: { id: "mine" }, updateMask: { paths: ["state", "colour"] } })).toEqual([
    "order.line_items",
    "update_mask",
    "update_mask",
    "order.id",
  ]);
});

test.each(["", "mine", `${ID} `, `{${ID}}`, ID.slice(1), `${ID}0`, ID.replace("-", ""), "g".repeat(36)])(
  "%j is no order's id",
  (id) => {
    expect(updating({ order: { id, lineItems } })).toEqual(["order.id"]);
  },
);

describe("a listing", () => {
  test("hears of everything at once", () => {
    const time = { seconds: 0n, nanos: -1 };
    expect(listing({ orderBy: "id", filter: { createTimeAfter: time, createTimeBefore: time } })).toEqual([
      "order_by",
      "filter.create_time_after",
      "filter.create_time_before",
    ]);
  });
});
