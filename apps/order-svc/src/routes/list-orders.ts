import { toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { pageBinding, pageSize, paginate } from "@skyport/db";
import { type ListOrdersRequest, OrderSchema, OrderService, OrderState, OrderView } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { wholeMicros } from "../domain/moment.ts";
import { listOrder, type OrderListing } from "../domain/order-list.ts";
import { withLiveProducts } from "../live-products.ts";
import { stateOf, toMessage } from "../messages/order.ts";
import { listOrders as list } from "../repositories/order-pages.ts";

type Handler = ServiceImpl<typeof OrderService>["listOrders"];

const { name } = OrderService.method.listOrders;

/** The most orders on a page that are joined with their products. */
const MAX_FULL = 100;

export function listOrders({ database, pageTokens, productClient }: Context): Handler {
  return async (request, context) => {
    const call = callOf(context);
    const listing = listingOf(request);
    const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
    const isFull = request.view === OrderView.FULL;
    const binding = pageBinding(name, isFull, order, state, productId, createTimeAfter, createTimeBefore);
    const after = request.pageToken === "" ? undefined : pageTokens.decode(binding, request.pageToken);
    const { rows, next } = await paginate({
      pageSize: pageSize(request.pageSize, isFull ? { max: MAX_FULL } : {}),
      fetch: async (limit) => {
        const placed = await database.read(call.deadline, (session) => list(session, listing, after, limit));
        return placed.map((row) => ({ message: toMessage(row.order), cursor: row.cursor }));
      },
      cursor: (row) => row.cursor,
      bytes: (row) => toBinary(OrderSchema, row.message).length,
    });
    const orders = rows.map((row) => row.message);
    const nextPageToken = next === undefined ? "" : pageTokens.encode(binding, next);
    if (!isFull) return { orders, nextPageToken };
    return { ...(await withLiveProducts(productClient, orders, call)), nextPageToken };
  };
}

function listingOf({ orderBy, filter }: ListOrdersRequest): OrderListing {
  const { state = OrderState.UNSPECIFIED, productId = "", createTimeAfter, createTimeBefore } = filter ?? {};
  return {
    order: listOrder(orderBy),
    state: stateOf(state),
    productId: productId === "" ? undefined : productId,
    createTimeAfter: createTimeAfter && wholeMicros(createTimeAfter),
    createTimeBefore: createTimeBefore && wholeMicros(createTimeBefore),
  };
}
