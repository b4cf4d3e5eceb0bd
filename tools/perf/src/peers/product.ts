import { create, fromBinary, type JsonObject, toBinary, toJson, toJsonString } from "@bufbuild/protobuf";
import {
  type GetProductRequest,
  GetProductRequestSchema,
  type GetProductResponse,
  GetProductResponseSchema,
  ProductService,
} from "@skyport/proto";

/** The method that every peer serves, as a path. */
export const GET_PRODUCT_PATH = `/${ProductService.typeName}/${ProductService.method.getProduct.name}`;

const PRODUCTS = 1_000;

/** The product that is asked for, unless another one is given. */
export const HOT_ID = "product-7";

function makeResponse(id: string): GetProductResponse {
  return create(GetProductResponseSchema, {
    product: {
      id,
      title: "Landspeeder X-34 replica",
      passengerCapacity: 4,
      maximumSpeed: 250,
      inStock: 17,
      price: { currencyCode: "EUR", units: 12_500n, nanos: 990_000_000 },
      imageUri: `https://images.skyport.example/products/${id}.jpg`,
      etag: '"3f2a9c1d77"',
      createTime: { seconds: 1_790_000_000n, nanos: 123_000_000 },
      updateTime: { seconds: 1_795_000_000n, nanos: 456_000_000 },
    },
  });
}

/** What every peer serves: the same products, ready in memory. Among them the given one, for another server's product. */
export function makeProducts(): ReadonlyMap<string, GetProductResponse> {
  const ids = Array.from({ length: PRODUCTS }, (_, index) => `product-${index}`);
  const all = new Map(ids.map((id) => [id, makeResponse(id)]));
  const given = givenResponse();
  if (given?.product !== undefined) all.set(given.product.id, given);
  return all;
}

const GIVEN = "SERVED_PRODUCT";

/** The environment of a peer that is to serve this product too. */
export function serving(response: Uint8Array): Readonly<Record<string, string>> {
  return { [GIVEN]: Buffer.from(response).toString("base64") };
}

function givenResponse(): GetProductResponse | undefined {
  const { [GIVEN]: given } = process.env;
  return given === undefined ? undefined : fromBinary(GetProductResponseSchema, Buffer.from(given, "base64"));
}

/** The id of the product that is asked for: the given one, where there is one. */
export function servedId(): string {
  return givenResponse()?.product?.id ?? HOT_ID;
}

/** The same as plain objects, for frameworks that know no messages. */
export function makePlainProducts(): ReadonlyMap<string, JsonObject> {
  return new Map([...makeProducts()].map(([id, response]) => [id, plain(response)]));
}

function plain(response: GetProductResponse): JsonObject {
  const json = toJson(GetProductResponseSchema, response);
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new TypeError("a message is an object");
  return json;
}

/** The body of the request for a product, and the body of the answer, in Connect's two encodings. */
export interface Encoded {
  readonly request: Buffer;
  readonly response: Buffer;
}

/** How Connect sends a request and an answer as JSON. */
export function asJson(request: GetProductRequest, response: GetProductResponse): Encoded {
  return {
    request: Buffer.from(toJsonString(GetProductRequestSchema, request)),
    response: Buffer.from(toJsonString(GetProductResponseSchema, response)),
  };
}

/** How Connect sends them as protobuf; gRPC puts `grpcFrame` around it. */
export function asBinary(request: GetProductRequest, response: GetProductResponse): Encoded {
  return {
    request: Buffer.from(toBinary(GetProductRequestSchema, request)),
    response: Buffer.from(toBinary(GetProductResponseSchema, response)),
  };
}

/** A message as gRPC sends it: not compressed, its length, itself. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(5 + message.byteLength);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, 5);
  return frame;
}
