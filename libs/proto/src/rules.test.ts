import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, test } from "@jest/globals";
import {
  AdjustStockRequestSchema,
  BatchGetProductsRequestSchema,
  CreateOrderRequestSchema,
  CreateProductRequestSchema,
  GetOrderRequestSchema,
  GetProductRequestSchema,
  ListOrdersRequestSchema,
  ListProductsRequestSchema,
  SetReservationRequestSchema,
} from "./index.ts";

const validator = createValidator();
const UUID = "0193c1f6-6a3e-7c41-9f0e-2b9a5f1d7c11";

/** The paths that a request's rules complain about; empty when it is valid. */
function violations<D extends DescMessage>(schema: D, init: MessageInitShape<D>): string[] {
  const result = validator.validate(schema, create(schema, init));
  if (result.kind === "error") throw result.error;
  return (result.violations ?? []).map(({ field }) => pathToString(field));
}

describe("the rules of ids", () => {
  test.each(["a", "0", "the_odyssey", "A.b~c-d_e", "x".repeat(128)])("a product may be called %s", (id) => {
    expect(violations(GetProductRequestSchema, { id })).toEqual([]);
  });

  test.each(["", "_a", ".a", "a/b", "a b", "ä", "a\n", "x".repeat(129)])("a product may not be called %j", (id) => {
    expect(violations(GetProductRequestSchema, { id })).toEqual(["id"]);
  });

  test.each(["", "1", "0193c1f6", `${UUID} `])("an order's id is a UUID, not %j", (id) => {
    expect(violations(GetOrderRequestSchema, { id })).toEqual(["id"]);
    expect(violations(GetOrderRequestSchema, { id: UUID })).toEqual([]);
  });

  test("a request_id is a UUID or absent", () => {
    const request = { productId: "a", delta: 1 };
    expect(violations(AdjustStockRequestSchema, request)).toEqual([]);
    expect(violations(AdjustStockRequestSchema, { ...request, requestId: UUID })).toEqual([]);
    expect(violations(AdjustStockRequestSchema, { ...request, requestId: "again" })).toEqual(["request_id"]);
  });

  test("a batch holds 1 to 100 ids, each once", () => {
    const ids = Array.from({ length: 101 }, (_, index) => `p${index}`);
    expect(violations(BatchGetProductsRequestSchema, { ids: [] })).toEqual(["ids"]);
    expect(violations(BatchGetProductsRequestSchema, { ids })).toEqual(["ids"]);
    expect(violations(BatchGetProductsRequestSchema, { ids: ids.slice(1) })).toEqual([]);
    expect(violations(BatchGetProductsRequestSchema, { ids: ["a", "a"] })).toEqual(["ids"]);
    expect(violations(BatchGetProductsRequestSchema, { ids: ["a", "-"] })).toEqual(["ids[1]"]);
  });
});

describe("the rules of a product", () => {
  const product = { id: "the_odyssey", title: "The Odyssey" };
  const faults = (change: NonNullable<MessageInitShape<typeof CreateProductRequestSchema>["product"]>) =>
    violations(CreateProductRequestSchema, { product: { ...product, ...change } });

  test("a title has 1 to 200 code points and no control characters", () => {
    expect(faults({ title: "🚀".repeat(200) })).toEqual([]);
    for (const title of ["", "🚀".repeat(201), "a\u0000b", "a\nb", "a\u0085b"]) {
      expect([title, ...new Set(faults({ title }))]).toEqual([title, "product.title"]);
    }
  });

  test("counts are not negative", () => {
    expect(faults({ passengerCapacity: -1, maximumSpeed: -1, inStock: -1 })).toEqual([
      "product.passenger_capacity",
      "product.maximum_speed",
      "product.in_stock",
    ]);
    expect(faults({ passengerCapacity: 0, maximumSpeed: 0, inStock: 0 })).toEqual([]);
  });

  test.each([
    { currencyCode: "EUR", units: 0n, nanos: 0 },
    { currencyCode: "EUR", units: 10n ** 15n, nanos: 999_999_999 },
  ])("a price may be $units.$nanos $currencyCode", (price) => {
    expect(faults({ price })).toEqual([]);
  });

  test.each([
    { currencyCode: "eur", units: 1n, nanos: 0 },
    { currencyCode: "EURO", units: 1n, nanos: 0 },
    { currencyCode: "EUR", units: -1n, nanos: 0 },
    { currencyCode: "EUR", units: 10n ** 15n + 1n, nanos: 0 },
    { currencyCode: "EUR", units: 0n, nanos: -1 },
    { currencyCode: "EUR", units: 0n, nanos: 1_000_000_000 },
  ])("a price may not be $units.$nanos $currencyCode", (price) => {
    expect(faults({ price })).toEqual(["product.price"]);
  });
});

describe("the rules of an order", () => {
  const line = (productId: string, quantity: number) => ({ productId, quantity });

  test.each([0, -1, 10_001])("nobody orders %d of a product", (quantity) => {
    const order = { lineItems: [line("a", 1), line("b", quantity)] };
    expect(violations(CreateOrderRequestSchema, { order })).toEqual(["order.line_items[1].quantity"]);
  });

  test("each product stands in one line, in one item of a reservation", () => {
    const twice = [line("a", 1), line("a", 2)];
    expect(violations(CreateOrderRequestSchema, { order: { lineItems: twice } })).toEqual(["order.line_items"]);
    const reservation = { reservationId: UUID, generation: 1 };
    expect(violations(SetReservationRequestSchema, { ...reservation, items: twice })).toEqual(["items"]);
    expect(violations(SetReservationRequestSchema, { ...reservation, items: [] })).toEqual([]);
  });

  test("an order has at most 100 lines", () => {
    const lineItems = Array.from({ length: 101 }, (_, index) => line(`p${index}`, 1));
    expect(violations(CreateOrderRequestSchema, { order: { lineItems } })).toEqual(["order.line_items"]);
    expect(violations(CreateOrderRequestSchema, { order: { lineItems: lineItems.slice(1) } })).toEqual([]);
  });
});

test("a page size is not negative; 0 and too large ones are for the service to mend", () => {
  for (const schema of [ListProductsRequestSchema, ListOrdersRequestSchema]) {
    expect(violations(schema, { pageSize: -1 })).toEqual(["page_size"]);
    expect(violations(schema, { pageSize: 0 })).toEqual([]);
    expect(violations(schema, { pageSize: 2_147_483_647 })).toEqual([]);
  }
});
