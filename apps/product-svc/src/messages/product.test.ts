import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { ProductSchema } from "@skyport/proto";
import { etagOf } from "../domain/etag.ts";
import type { Product } from "../domain/product.ts";
import { givenFields, imagesUnder, toMessage } from "./product.ts";

const PRODUCT: Product = {
  id: "the_odyssey",
  key: 1n,
  title: "The Odyssey",
  passengerCapacity: 101,
  maximumSpeed: 5,
  inStock: 0,
  price: { currencyCode: "EUR", units: 100_000n, nanos: 990_000_000 },
  revision: 77n,
  createTime: 1_700_000_000_123_456n,
  updateTime: 1_700_000_001_000_000n,
};

test.each(["https://i.example/p", "https://i.example/p/", "https://i.example/p//"])("pictures under %s", (root) => {
  expect(imagesUnder(root)("a")).toBe("https://i.example/p/a.jpg");
});

describe("toMessage", () => {
  test("tells times to the microsecond, and the revision as the etag", () => {
    expect(toMessage(PRODUCT, imagesUnder("https://i.example"))).toMatchObject({
      id: "the_odyssey",
      inStock: 0,
      imageUri: "https://i.example/the_odyssey.jpg",
      etag: etagOf(77n),
      createTime: { seconds: 1_700_000_000n, nanos: 123_456_000 },
      updateTime: { seconds: 1_700_000_001n, nanos: 0 },
    });
  });

  test("leaves a price out where there is none", () => {
    const message = toMessage({ ...PRODUCT, price: undefined }, imagesUnder("https://i.example"));
    expect("price" in message && message.price !== undefined).toBe(false);
    expect(toBinary(ProductSchema, message).length).toBeGreaterThan(0);
  });
});

describe("givenFields", () => {
  test("tells what is absent from what is zero", () => {
    const { given } = givenFields(create(ProductSchema, { id: "a", inStock: 0 }));
    expect(given).toEqual({
      title: undefined,
      passengerCapacity: undefined,
      maximumSpeed: undefined,
      inStock: 0,
      price: undefined,
    });
  });

  test("a request without a product gives nothing", () => {
    expect(givenFields(undefined)).toMatchObject({ id: "", etag: "" });
  });
});
