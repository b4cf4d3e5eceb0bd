import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import { InventoryService, type Product, ProductService } from "@skyport/proto";
import { type CallerContext, peerFailure, peerOptions } from "@skyport/rpc";

/** How many products one BatchGetProducts may ask for. */
const BATCH = 100;

/** One product in a reservation. */
export interface ReservedItem {
  readonly productId: string;
  readonly quantity: number;
}

/** What order-svc asks of product-svc. Both calls are idempotent. */
export interface ProductClient {
  /**
   * The products with these ids, by id; those that do not exist are left out. One call for each 100 distinct ids.
   *
   * @throws PRODUCT_SERVICE_UNAVAILABLE; DEADLINE_EXCEEDED when there is no time left to ask
   */
  batchGet(ids: readonly string[], caller: CallerContext): Promise<ReadonlyMap<string, Product>>;
  /**
   * Makes the order's reservation hold exactly these items.
   *
   * @throws the product service's own refusal; PRODUCT_SERVICE_UNAVAILABLE when the outcome is not known; DEADLINE_EXCEEDED
   *   when there is no time left to ask
   */
  setReservation(
    orderId: string,
    generation: number,
    items: readonly ReservedItem[],
    caller: CallerContext,
  ): Promise<void>;
}

/** A client over a transport to product-svc. */
export function createProductClient(transport: Transport): ProductClient {
  const products: Client<typeof ProductService> = createClient(ProductService, transport);
  const inventory: Client<typeof InventoryService> = createClient(InventoryService, transport);
  return {
    async batchGet(ids, caller) {
      const distinct = [...new Set(ids)];
      const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, index) =>
        distinct.slice(index * BATCH, (index + 1) * BATCH),
      );
      const answers = await Promise.all(
        batches.map((batch) => ask(caller, (options) => products.batchGetProducts({ ids: batch }, options))),
      );
      return new Map(answers.flatMap((answer) => answer.products.map((product) => [product.id, product])));
    },
    async setReservation(orderId, generation, items, caller) {
      await ask(caller, (options) =>
        inventory.setReservation({ reservationId: orderId, generation, items: [...items] }, options),
      );
    },
  };
}

async function ask<T>(caller: CallerContext, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const options = peerOptions(caller);
  try {
    return await call(options);
  } catch (error) {
    throw told(error);
  }
}

/** The peer's refusals pass as they are; that it cannot answer, not now or not in time, is told as such. */
function told(error: unknown): DomainError {
  const failure = peerFailure(error);
  if (failure.kind === "answered") {
    const { fault, retryable } = failure.error.spec;
    if (fault === "caller" && !retryable) return failure.error;
  }
  return new DomainError("PRODUCT_SERVICE_UNAVAILABLE", "the product service cannot be reached", { cause: error });
}
