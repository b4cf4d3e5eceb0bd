import type { ServiceImpl } from "@connectrpc/connect";
import { notFound } from "@skyport/errors";
import { type OrderService, OrderView } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { withLiveProducts } from "../live-products.ts";

type Handler = ServiceImpl<typeof OrderService>["getOrder"];

export function getOrder({ orders, productClient }: Context): Handler {
  return async ({ id, view }, context) => {
    const call = callOf(context);
    const order = await orders.get(id.toLowerCase(), call.deadline);
    if (order === undefined) throw notFound("order", id);
    if (view === OrderView.BASIC) return { order };
    const { orders: full, unreachable } = await withLiveProducts(productClient, [order], call);
    return { order: full[0], unreachable };
  };
}
