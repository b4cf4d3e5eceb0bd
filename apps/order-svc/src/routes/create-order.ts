import type { ServiceImpl } from "@connectrpc/connect";
import { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { newId } from "../domain/new-id.ts";
import { checkLineItems, priceLines } from "../domain/pricing.ts";
import { carryOut } from "../intentions/carry-out.ts";
import { requestRef } from "../intentions/request-ref.ts";
import { pricedProducts, wantedLines } from "../messages/order.ts";
import { insertIntention } from "../repositories/intentions.ts";
import { insertOrder } from "../repositories/orders.ts";

type Handler = ServiceImpl<typeof OrderService>["createOrder"];

const method = OrderService.method.createOrder;

export function createOrder(context: Context): Handler {
  const { orders, productClient, times } = context;
  return async (message, handlerContext) => {
    const call = callOf(handlerContext);
    const request = requestRef({ method, request: message, principal: call.principal });
    const lines = wantedLines(message.order);
    checkLineItems(lines);
    const productIds = lines.map((line) => line.productId);
    const order = await carryOut(
      context,
      {
        request,
        prepare: async (caller) => priceLines(lines, pricedProducts(await productClient.batchGet(productIds, caller))),
        writeDown: async (tx, intents, lineItems) => {
          const orderId = newId();
          await intents.take(orders.key(orderId));
          const [wish] = await tx.last(() => [
            insertIntention(tx, {
              orderId,
              generation: 1,
              kind: "create",
              lineItems,
              request,
              dueInMs: times.overdueMs,
              deadlineInMs: times.createDeadlineMs,
            }),
            insertOrder(tx, orderId, lineItems),
          ]);
          return { wish };
        },
      },
      call,
    );
    return { order };
  };
}
