import { create } from "@bufbuild/protobuf";
import { microsToTimestamp } from "@skyport/db";
import { type Product as ProductMessage, ProductSchema } from "@skyport/proto";
import { etagOf } from "../domain/etag.ts";
import type { Product } from "../domain/product.ts";
import type { GivenFields } from "../domain/update-mask.ts";

/** Tells where a product's picture is. */
export type ImageUri = (id: string) => string;

/** Pictures under one root: `ROOT/ID.jpg`. */
export function imagesUnder(root: string): ImageUri {
  const base = root.replace(/\/+$/, "");
  return (id) => `${base}/${id}.jpg`;
}

/** The message that stands for a product on the wire and in the cache. */
export function toMessage(product: Product, imageUri: ImageUri): ProductMessage {
  const { id, title, passengerCapacity, maximumSpeed, inStock, price, revision, createTime, updateTime } = product;
  return create(ProductSchema, {
    id,
    title,
    passengerCapacity,
    maximumSpeed,
    inStock,
    ...(price === undefined ? {} : { price }),
    imageUri: imageUri(id),
    etag: etagOf(revision),
    createTime: microsToTimestamp(createTime),
    updateTime: microsToTimestamp(updateTime),
  });
}

/**
 * What the bytes of a product in an answer depend on: its revision, and where this instance says that its picture is; empty
 * for a product that does not exist.
 */
export function stampOf(message: ProductMessage | undefined): string {
  return message === undefined ? "" : `${message.etag} ${message.imageUri}`;
}

/** What a request says about a product: which one, at which etag, and the fields that callers decide about. */
export function givenFields(message: ProductMessage | undefined): { id: string; etag: string; given: GivenFields } {
  const { id = "", etag = "", title, passengerCapacity, maximumSpeed, inStock, price } = message ?? {};
  const money = price && { currencyCode: price.currencyCode, units: price.units, nanos: price.nanos };
  return { id, etag, given: { title, passengerCapacity, maximumSpeed, inStock, price: money } };
}
