import type { ServiceImpl } from "@connectrpc/connect";
import { etagMismatch, notFound } from "@skyport/errors";
import type { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { etagMatches } from "../domain/etag.ts";
import { removeOrder } from "../intentions/apply.ts";
import { attemptRelease } from "../intentions/attempt-release.ts";
import { writeRelease } from "../intentions/write-release.ts";
import { lockOrder } from "../repositories/orders.ts";

type Handler = ServiceImpl<typeof OrderService>["deleteOrder"];

export function deleteOrder(context: Context): Handler {
  const { orders, times, writer } = context;
  return async ({ id: given, etag }, handlerContext) => {
    const id = given.toLowerCase();
    const call = callOf(handlerContext);
    const release = await writer.write(call.deadline, async (tx, intents) => {
      await intents.take(orders.key(id));
      const order = await lockOrder(tx, id);
      if (order === undefined) throw notFound("order", id);
      if (!etagMatches(etag, order.revision)) throw etagMismatch("order", id);
      const written = await writeRelease(tx, order, times);
      await removeOrder(tx, intents, orders, order);
      return written;
    });
    await attemptRelease(context, release, call);
    return {};
  };
}
