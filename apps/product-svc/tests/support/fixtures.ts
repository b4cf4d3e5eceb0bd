import { randomBytes, randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Product, ProductSchema } from "@skyport/proto";
import type { Clients } from "./clients.ts";

type ProductInit = MessageInitShape<typeof ProductSchema>;

/** An id that no other test uses. */
export function freshId(name = "product"): string {
  return `${name}-${randomBytes(5).toString("hex")}`;
}

/** A UUID of version 7 made that long ago, in milliseconds. */
export function uuidV7(ageMs = 0): string {
  const time = (Date.now() - ageMs).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** Creates a product; what is not given is filled in. */
export async function createProduct(to: Pick<Clients, "products">, fields: ProductInit = {}): Promise<Product> {
  const { product } = await to.products.createProduct({ product: { id: freshId(), title: "A ship", ...fields } });
  return existing(product);
}

/** The product as GetProduct tells it. */
export async function getProduct(from: Pick<Clients, "products">, id: string): Promise<Product> {
  return existing((await from.products.getProduct({ id })).product);
}

export async function stockOf(from: Pick<Clients, "products">, id: string): Promise<number | undefined> {
  return (await getProduct(from, id)).inStock;
}

/** A field that every answer has. */
export function existing<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the answer lacks a field");
  return value;
}
