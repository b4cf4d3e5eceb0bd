import type { ConnectRouter } from "@connectrpc/connect";
import { OrderService } from "@skyport/proto";
import type { Context } from "../context.ts";
import { cancelOrder } from "./cancel-order.ts";
import { createOrder } from "./create-order.ts";
import { deleteOrder } from "./delete-order.ts";
import { getOrder } from "./get-order.ts";
import { listOpenIntentions } from "./list-open-intentions.ts";
import { listOrders } from "./list-orders.ts";
import { updateOrder } from "./update-order.ts";

/** Registers every RPC of the service. */
export function routes(router: ConnectRouter, context: Context): void {
  router.service(OrderService, {
    createOrder: createOrder(context),
    getOrder: getOrder(context),
    listOrders: listOrders(context),
    updateOrder: updateOrder(context),
    cancelOrder: cancelOrder(context),
    deleteOrder: deleteOrder(context),
    listOpenIntentions: listOpenIntentions(context),
  });
}
