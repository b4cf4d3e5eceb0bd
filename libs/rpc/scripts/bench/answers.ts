import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { GetProductRequestSchema, type GetProductResponse, GetProductResponseSchema } from "@skyport/proto";

export const PATH = "/skyport.product.v1.ProductService/GetProduct";
export const ID = "018f3b1c-7c1e-7b7a-9d0a-6f1f1d2e3c4b";

/** A product with all of its fields. */
export function response(id: string): GetProductResponse {
  return create(GetProductResponseSchema, {
    product: {
      id,
      title: "Landspeeder X-34 replica",
      passengerCapacity: 4,
      maximumSpeed: 250,
      inStock: 17,
      price: { currencyCode: "USD", units: 12500n, nanos: 990_000_000 },
      imageUri: `https://images.skyport.example/products/${id}.jpg`,
      etag: "3f2a9c1d77",
      createTime: { seconds: 1_700_000_000n, nanos: 123_000_000 },
      updateTime: { seconds: 1_705_000_000n, nanos: 0 },
    },
  });
}

export type Format = "json" | "binary";

/** What a caller sends, and what it gets back. */
export function exchange(format: Format): { type: string; request: Buffer; answer: Buffer } {
  const request = create(GetProductRequestSchema, { id: ID });
  return format === "json"
    ? {
        type: "application/json",
        request: Buffer.from(toJsonString(GetProductRequestSchema, request)),
        answer: Buffer.from(toJsonString(GetProductResponseSchema, response(ID))),
      }
    : {
        type: "application/proto",
        request: Buffer.from(toBinary(GetProductRequestSchema, request)),
        answer: Buffer.from(toBinary(GetProductResponseSchema, response(ID))),
      };
}
