import { create } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, test } from "@jest/globals";
import {
  BatchGetProductsRequestSchema,
  CreateOrderRequestSchema,
  CreateProductRequestSchema,
  UpdateOrderRequestSchema,
} from "@skyport/proto";
import { createMessageValidator } from "./message-validator.ts";

const validator = createMessageValidator();

test("a valid message has no violations", () => {
  const message = create(CreateProductRequestSchema, { product: { id: "a", title: "A", inStock: 0 } });
  expect(validator.check(CreateProductRequestSchema, message)).toEqual([]);
});

test("every violation is told, by its path", () => {
  const lineItems = [
    { productId: "a", quantity: 1 },
    { productId: "b", quantity: 1 },
    { productId: "!", quantity: -1 },
  ];
  const message = create(CreateOrderRequestSchema, { order: { lineItems } });
  const fields = validator.check(CreateOrderRequestSchema, message).map(({ field }) => field);
  expect(fields).toEqual(["order.line_items[2].product_id", "order.line_items[2].quantity"]);
});

describe("a list that is too long is told without a look at its items", () => {
  const items = Array.from({ length: 50_000 }, (_, index) => ({ productId: `!${index}`, quantity: 0 }));

  test("in the message", () => {
    const message = create(BatchGetProductsRequestSchema, { ids: Array(100_000).fill("!") });
    expect(validator.check(BatchGetProductsRequestSchema, message)).toEqual([
      { field: "ids", description: "must contain no more than 100 item(s)" },
    ]);
  });

  test.each([CreateOrderRequestSchema, UpdateOrderRequestSchema])("in a message inside: $typeName", (schema) => {
    const violations = validator.check(schema, create(schema, { order: { lineItems: items } }));
    expect(violations).toEqual([{ field: "order.line_items", description: "must contain no more than 100 item(s)" }]);
  });

  test("the words are the validator's own", () => {
    const hundredAndOne = Array.from({ length: 101 }, (_, index) => `a${index}`);
    const message = create(BatchGetProductsRequestSchema, { ids: hundredAndOne });
    const own = createValidator().validate(BatchGetProductsRequestSchema, message).violations ?? [];
    const told = validator.check(BatchGetProductsRequestSchema, message);
    expect(told.map(({ description }) => description)).toEqual(own.map((violation) => violation.message));
    message.ids.pop();
    expect(validator.check(BatchGetProductsRequestSchema, message)).toEqual([]);
  });
});

test("control characters are no part of a title, other scripts are", () => {
  const titled = (title: string) => create(CreateProductRequestSchema, { product: { id: "a", title } });
  expect(validator.check(CreateProductRequestSchema, titled("Ω 東京 🚀"))).toEqual([]);
  for (const title of ["a\u0000b", "a\nb", "a\u0085b"]) {
    expect(validator.check(CreateProductRequestSchema, titled(title))).toMatchObject([{ field: "product.title" }]);
  }
});
