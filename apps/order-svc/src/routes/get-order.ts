import { create } from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { keptWith } from "@skyport/cache";
import { notFound } from "@skyport/errors";
import {
  type GetOrderResponse,
  GetOrderResponseSchema,
  type Order,
  type OrderService,
  OrderView,
} from "@skyport/proto";
import { callOf, shareEncoded } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { withLiveProducts } from "../live-products.ts";
import { stampOf } from "../messages/order.ts";
import type { ProductClient } from "../peers/product-client.ts";

type Handler = ServiceImpl<typeof OrderService>["getOrder"];

/** What it needs of the service's context. */
interface Dependencies {
  readonly orders: Context["orders"];
  readonly productClient: Pick<ProductClient, "batchGet">;
}

export function getOrder({ orders, productClient }: Dependencies): Handler {
  /** Made and encoded once for an order that is cached, and let go with it. */
  const responseWith = keptWith((order: Order) => shareEncoded(create(GetOrderResponseSchema, { order })));

  function basic(id: string, order: Order | undefined, context: HandlerContext): GetOrderResponse {
    if (order === undefined) throw notFound("order", id);
    if (context.requestMethod === "GET") callOf(context).stamp = stampOf(order, []);
    return responseWith(order);
  }

  async function full(id: string, context: HandlerContext) {
    const call = callOf(context);
    const stored = await orders.get(id.toLowerCase(), call.deadline);
    if (stored === undefined) throw notFound("order", id);
    const { orders: joined, unreachable } = await withLiveProducts(productClient, [stored], call);
    const [order = stored] = joined;
    if (context.requestMethod === "GET") call.stamp = stampOf(order, unreachable);
    return { order, unreachable };
  }

  return ({ id, view }, context) => {
    if (view !== OrderView.BASIC) return full(id, context);
    // A hit in this process is answered without a promise.
    const held = orders.peek(id.toLowerCase());
    if (held !== undefined) return basic(id, held.value, context);
    return orders.get(id.toLowerCase(), callOf(context).deadline).then((order) => basic(id, order, context));
  };
}
