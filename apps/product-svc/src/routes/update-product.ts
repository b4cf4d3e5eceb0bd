import type { ServiceImpl } from "@connectrpc/connect";
import type { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { revisionOf } from "../domain/etag.ts";
import { changesOf } from "../domain/update-mask.ts";
import { givenFields } from "../messages/product.ts";
import { updateProduct as update } from "../repositories/products.ts";
import { missedWrite } from "./missed-write.ts";

type Handler = ServiceImpl<typeof ProductService>["updateProduct"];

export function updateProduct({ products, toVersioned, writer }: Context): Handler {
  return async (request, context) => {
    const { id, etag, given } = givenFields(request.product);
    const revision = revisionOf(etag);
    const changes = changesOf(given, request.updateMask?.paths);
    return writer.write(callOf(context).deadline, async (tx, intents) => {
      await intents.take(products.key(id));
      const changed = await update(tx, id, revision, changes);
      if (changed === undefined) throw await missedWrite(tx, id, revision);
      const stored = toVersioned(changed);
      intents.offer(products, id, stored);
      return { product: stored.value };
    });
  };
}
