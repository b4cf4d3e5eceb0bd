import type { ServiceImpl } from "@connectrpc/connect";
import type { Transaction } from "@skyport/db";
import { notFound } from "@skyport/errors";
import { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { checkChangeable } from "../domain/change.ts";
import type { RequestRef } from "../domain/intention.ts";
import type { LineItem, Order } from "../domain/order.ts";
import { checkLineItems, priceLines } from "../domain/pricing.ts";
import { checkUpdateMask } from "../domain/update-mask.ts";
import { carryOut, type Written } from "../intentions/carry-out.ts";
import { requestRef } from "../intentions/request-ref.ts";
import { lockWithWish } from "../intentions/write-release.ts";
import { pricedProducts, wantedLines } from "../messages/order.ts";
import { insertIntention } from "../repositories/intentions.ts";
import { setOrderGeneration } from "../repositories/orders.ts";

type Handler = ServiceImpl<typeof OrderService>["updateOrder"];

const method = OrderService.method.updateOrder;

export function updateOrder(context: Context): Handler {
  const { orders, productClient, times } = context;

  /** Writes the change down, unless an earlier one is still open or the order may not be changed. */
  async function writeDown(
    tx: Transaction,
    {
      id,
      etag,
      request,
      lineItems,
    }: { id: string; etag: string; request: RequestRef | undefined; lineItems: LineItem[] },
  ): Promise<Written> {
    const { order, open } = await lockWithWish(tx, id);
    const mayChange = order !== undefined && order.state !== "cancelled";
    if (mayChange && open !== undefined) return { earlier: open };
    const { generation }: Order = checkChangeable(id, order, etag);
    const [wish] = await tx.last(() => [
      insertIntention(tx, {
        orderId: id,
        generation: generation + 1,
        kind: "update",
        lineItems,
        request,
        dueInMs: times.overdueMs,
        deadlineInMs: undefined,
      }),
      setOrderGeneration(tx, id, generation + 1),
    ]);
    return { wish };
  }

  return async (message, handlerContext) => {
    const call = callOf(handlerContext);
    const request = requestRef({ method, request: message, principal: call.principal });
    const { etag = "" } = message.order ?? {};
    const id = message.order?.id.toLowerCase() ?? "";
    const lines = wantedLines(message.order);
    checkUpdateMask(message.updateMask?.paths);
    checkLineItems(lines);
    const productIds = lines.map((line) => line.productId);
    const order = await carryOut(
      context,
      {
        request,
        prepare: async (caller) => {
          const present = await orders.get(id, call.deadline);
          if (present === undefined) throw notFound("order", id);
          const products = await productClient.batchGet(productIds, caller);
          return priceLines(lines, pricedProducts(products), present.lineItems);
        },
        writeDown: async (tx, intents, lineItems) => {
          await intents.take(orders.key(id));
          return writeDown(tx, { id, etag, request, lineItems });
        },
      },
      call,
    );
    return { order };
  };
}
