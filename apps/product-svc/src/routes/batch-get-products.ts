import type { ServiceImpl } from "@connectrpc/connect";
import type { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { stampOf } from "../messages/product.ts";

type Handler = ServiceImpl<typeof ProductService>["batchGetProducts"];

export function batchGetProducts({ products }: Pick<Context, "products">): Handler {
  return async ({ ids }, context) => {
    const call = callOf(context);
    const found = await products.getMany(ids, call.deadline);
    if (context.requestMethod === "GET") call.stamp = ids.map((id) => stampOf(found.get(id)));
    return {
      products: ids.flatMap((id) => found.get(id) ?? []),
      missingIds: ids.filter((id) => !found.has(id)),
    };
  };
}
