import { create } from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { keptWith } from "@skyport/cache";
import { notFound } from "@skyport/errors";
import { type GetProductResponse, GetProductResponseSchema, type Product, type ProductService } from "@skyport/proto";
import { callOf, shareEncoded } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { stampOf } from "../messages/product.ts";

type Handler = ServiceImpl<typeof ProductService>["getProduct"];

export function getProduct({ products }: Pick<Context, "products">): Handler {
  /** Made and encoded once for a product that is cached, and let go with it. */
  const responseWith = keptWith((product: Product) => shareEncoded(create(GetProductResponseSchema, { product })));

  function answer(id: string, product: Product | undefined, context: HandlerContext): GetProductResponse {
    if (product === undefined) throw notFound("product", id);
    // Nobody asks whether the answer to a POST still stands.
    if (context.requestMethod === "GET") callOf(context).stamp = [stampOf(product)];
    return responseWith(product);
  }

  return ({ id }, context) => {
    // A hit in this process is answered without a promise.
    const held = products.peek(id);
    if (held !== undefined) return answer(id, held.value, context);
    return products.get(id, callOf(context).deadline).then((product) => answer(id, product, context));
  };
}
