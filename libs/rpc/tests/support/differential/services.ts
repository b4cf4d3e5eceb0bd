import type { ConnectRouter, HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { OrderService, ProductService } from "@skyport/proto";
import { type Notes, parseProgram, runProgram } from "./programs.ts";

/** A handler that runs the program in its request, and answers with `ok` by default. */
function handler<I>(notes: Notes, programOf: (request: I) => string | undefined, ok: (request: I) => unknown) {
  // A program may answer what the type forbids: that is what it is for.
  return (request: I, context: HandlerContext): never =>
    runProgram(parseProgram(programOf(request) ?? ""), context, notes, () => ok(request)) as never;
}

/** The services of a twin. DeleteProduct and most of OrderService have no implementation. */
export function registerTwins(notes: Notes, options?: Parameters<ConnectRouter["service"]>[2]) {
  const products: Partial<ServiceImpl<typeof ProductService>> = {
    getProduct: handler(
      notes,
      ({ id }) => id,
      ({ id }) => ({ product: { id, title: "A title", price: { currencyCode: "USD", units: 5n, nanos: 10 } } }),
    ),
    createProduct: handler(
      notes,
      ({ product }) => product?.id,
      ({ product }) => ({ product }),
    ),
    updateProduct: handler(
      notes,
      ({ product }) => product?.id,
      ({ product }) => ({ product }),
    ),
    listProducts: handler(
      notes,
      ({ pageToken }) => pageToken,
      ({ pageSize }) => ({
        products: Array.from({ length: Math.min(pageSize, 30) }, (_, index) => ({ id: `p${index}`, inStock: index })),
        nextPageToken: "next",
      }),
    ),
    batchGetProducts: handler(
      notes,
      ({ ids }) => ids[0],
      ({ ids }) => ({ missingIds: ids }),
    ),
  };
  const orders: Partial<ServiceImpl<typeof OrderService>> = {
    listOrders: handler(
      notes,
      ({ pageToken }) => pageToken,
      () => ({ orders: [{ id: "o1", state: 2 }] }),
    ),
  };
  return (router: ConnectRouter): void => {
    router.service(ProductService, products, options);
    router.service(OrderService, orders, options);
  };
}
