import type { ServiceImpl } from "@connectrpc/connect";
import { notFound } from "@skyport/errors";
import type { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";

type Handler = ServiceImpl<typeof ProductService>["getProduct"];

export function getProduct({ products }: Context): Handler {
  return async ({ id }, context) => {
    const product = await products.get(id, callOf(context).deadline);
    if (product === undefined) throw notFound("product", id);
    return { product };
  };
}
