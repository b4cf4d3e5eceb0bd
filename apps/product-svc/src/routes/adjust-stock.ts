import type { ServiceImpl } from "@connectrpc/connect";
import { InventoryService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import { once } from "@skyport/service";
import type { Context } from "../context.ts";
import { refusedAdjustment } from "../domain/adjustment.ts";
import { adjustStock as adjust, findProducts } from "../repositories/products.ts";

type Handler = ServiceImpl<typeof InventoryService>["adjustStock"];

const method = InventoryService.method.adjustStock;

export function adjustStock({ products, toVersioned, writer }: Context): Handler {
  return async (request, context) => {
    const { deadline, principal } = callOf(context);
    const { productId, delta } = request;
    return writer.write(deadline, async (tx, intents) => {
      await intents.take(products.key(productId));
      return once(tx, { method, request, principal }, async () => {
        const changed = await adjust(tx, productId, delta);
        if (changed === undefined) throw refusedAdjustment(productId, delta, (await findProducts(tx, [productId]))[0]);
        const stored = toVersioned(changed);
        intents.offer(products, productId, stored);
        return { product: stored.value };
      });
    });
  };
}
