import type { ServiceImpl } from "@connectrpc/connect";
import type { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";

type Handler = ServiceImpl<typeof ProductService>["batchGetProducts"];

export function batchGetProducts({ products }: Context): Handler {
  return async ({ ids }, context) => {
    const found = await products.getMany(ids, callOf(context).deadline);
    return {
      products: ids.flatMap((id) => found.get(id) ?? []),
      missingIds: ids.filter((id) => !found.has(id)),
    };
  };
}
