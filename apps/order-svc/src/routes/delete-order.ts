import type { ServiceImpl } from "@connectrpc/connect";
import type { Session } from "@skyport/db";
import { etagMismatch, notFound } from "@skyport/errors";
import type { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { etagMatches } from "../domain/etag.ts";
import { removeOrder } from "../intentions/apply.ts";
import { attemptRelease } from "../intentions/attempt-release.ts";
import { lockWithWish, writeRelease } from "../intentions/write-release.ts";

type Handler = ServiceImpl<typeof OrderService>["deleteOrder"];

export function deleteOrder(context: Context): Handler {
  const { orders, times, writer } = context;
  return async ({ id: given, etag }, handlerContext) => {
    const id = given.toLowerCase();
    const call = callOf(handlerContext);
    const lock = (session: Session) => lockWithWish(session, id);
    const release = await writer.writeAhead(call.deadline, lock, async (tx, intents, { order, open }) => {
      await intents.take(orders.key(id));
      if (order === undefined) throw notFound("order", id);
      if (!etagMatches(etag, order.revision)) throw etagMismatch("order", id);
      const written = await writeRelease(tx, order, open, times);
      await removeOrder(tx, intents, orders, order);
      return written;
    });
    await attemptRelease(context, release, call);
    return {};
  };
}
