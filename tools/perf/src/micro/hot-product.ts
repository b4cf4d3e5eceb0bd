import { setTimeout as sleep } from "node:timers/promises";
import { create, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { GetProductRequestSchema, GetProductResponseSchema } from "@skyport/proto";
import { JsonClient } from "../load/connect-json.ts";
import { asBinary, asJson, type Encoded, GET_PRODUCT_PATH } from "../peers/product.ts";
import type { Sql } from "../stage/sql.ts";

const ID = "landspeeder";
const CREATE = "skyport.product.v1.ProductService/CreateProduct";
const GET = "skyport.product.v1.ProductService/GetProduct";
/** A cache that starts keeps nothing for as long as an intent and a lease live, seven seconds. */
const WITHIN_MS = 30_000;
const PAUSE_MS = 100;

const PRODUCT = {
  id: ID,
  title: "Landspeeder X-34 replica",
  passengerCapacity: 4,
  maximumSpeed: 250,
  inStock: 17,
  price: { currencyCode: "EUR", units: "12500", nanos: 990_000_000 },
};

/** What is asked for a product and answered, in both encodings. */
export type HotProduct = Readonly<Record<"json" | "binary", Encoded>>;

/**
 * Makes a product and reads it until it comes from the cache, which a change behind the service's back tells.
 *
 * @throws Error when it is never cached
 */
export async function makeHotProduct(url: string, sql: Sql): Promise<HotProduct> {
  using client = new JsonClient();
  await client.call(url, CREATE, { product: PRODUCT });
  const end = performance.now() + WITHIN_MS;
  for (let planted = 1; ; planted++) {
    await sql(`UPDATE products SET title = 'planted ${planted}' WHERE id = '${ID}'`);
    const { product } = await client.call(url, GET, { id: ID });
    if (!JSON.stringify(product).includes(`planted ${planted}"`)) return encodedFrom(url);
    if (performance.now() >= end) throw new Error(`the product is not cached after ${WITHIN_MS} ms`);
    await sleep(PAUSE_MS);
  }
}

async function ask(url: string, contentType: string, body: string | Uint8Array<ArrayBuffer>): Promise<Buffer> {
  const headers = { "content-type": contentType };
  const response = await fetch(url + GET_PRODUCT_PATH, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`GetProduct: ${response.status} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

/** What the service answers is what all are compared with, once it is known to be what it must be. */
async function encodedFrom(url: string): Promise<HotProduct> {
  const request = create(GetProductRequestSchema, { id: ID });
  const asked = await ask(url, "application/json", JSON.stringify({ id: ID }));
  const parsed: JsonValue = JSON.parse(asked.toString());
  const response = fromJson(GetProductResponseSchema, parsed);
  const encoded = { json: asJson(request, response), binary: asBinary(request, response) };
  const binary = await ask(url, "application/proto", Buffer.from(toBinary(GetProductRequestSchema, request)));
  if (!asked.equals(encoded.json.response) || !binary.equals(encoded.binary.response)) {
    throw new Error("the service answers JSON and binary with two different products");
  }
  return encoded;
}
