import type { ServiceImpl } from "@connectrpc/connect";
import type { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { revisionOf } from "../domain/etag.ts";
import { deleteProduct as remove } from "../repositories/products.ts";
import { missedWrite } from "./missed-write.ts";

type Handler = ServiceImpl<typeof ProductService>["deleteProduct"];

export function deleteProduct({ products, writer }: Context): Handler {
  return async ({ id, etag }, context) =>
    writer.write(callOf(context).deadline, async (tx, intents) => {
      await intents.take(products.key(id));
      const wanted = revisionOf(etag);
      const revision = await remove(tx, id, wanted);
      if (revision === undefined) throw await missedWrite(tx, id, wanted);
      intents.offerAbsent(products, id, revision);
      return {};
    });
}
