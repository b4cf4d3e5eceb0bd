import type { ServiceImpl } from "@connectrpc/connect";
import { etagMismatch, notFound } from "@skyport/errors";
import type { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { etagMatches } from "../domain/etag.ts";
import { attemptRelease } from "../intentions/attempt-release.ts";
import { writeRelease } from "../intentions/write-release.ts";
import { toVersioned } from "../messages/order.ts";
import { lockOrder, setOrderState } from "../repositories/orders.ts";

type Handler = ServiceImpl<typeof OrderService>["cancelOrder"];

export function cancelOrder(context: Context): Handler {
  const { orders, writer } = context;
  return async ({ id: given, etag }, handlerContext) => {
    const id = given.toLowerCase();
    const call = callOf(handlerContext);
    const { cancelled, release } = await writer.write(call.deadline, async (tx, intents) => {
      await intents.take(orders.key(id));
      const order = await lockOrder(tx, id);
      if (order === undefined) throw notFound("order", id);
      // A retry of a cancellation knows only the etag from before it.
      if (order.state === "cancelled") return { cancelled: toVersioned(order).value, release: undefined };
      if (!etagMatches(etag, order.revision)) throw etagMismatch("order", id);
      const written = await writeRelease(tx, order, context.times);
      const stored = toVersioned(await setOrderState(tx, id, "cancelled"));
      intents.offer(orders, id, stored);
      return { cancelled: stored.value, release: written };
    });
    if (release !== undefined) await attemptRelease(context, release, call);
    return { order: cancelled };
  };
}
