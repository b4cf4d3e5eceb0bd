import type { ServiceImpl } from "@connectrpc/connect";
import { productAlreadyExists } from "@skyport/errors";
import { ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import { once } from "@skyport/service";
import type { Context } from "../context.ts";
import { newProduct } from "../domain/new-product.ts";
import { givenFields } from "../messages/product.ts";
import { insertProduct } from "../repositories/products.ts";

type Handler = ServiceImpl<typeof ProductService>["createProduct"];

const method = ProductService.method.createProduct;

export function createProduct({ products, toVersioned, writer }: Context): Handler {
  return async (request, context) => {
    const { deadline, principal } = callOf(context);
    const { id, given } = givenFields(request.product);
    const fields = newProduct(given);
    return writer.write(deadline, async (tx, intents) => {
      await intents.take(products.key(id));
      return once(tx, { method, request, principal }, async () => {
        const made = await insertProduct(tx, { id, ...fields });
        if (made === undefined) throw productAlreadyExists(id);
        const stored = toVersioned(made);
        intents.offer(products, id, stored);
        return { product: stored.value };
      });
    });
  };
}
