import type { ServiceImpl } from "@connectrpc/connect";
import type { Session } from "@skyport/db";
import { etagMismatch, notFound } from "@skyport/errors";
import type { OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { etagMatches } from "../domain/etag.ts";
import { attemptRelease } from "../intentions/attempt-release.ts";
import { lockWithWish, writeRelease } from "../intentions/write-release.ts";
import { toVersioned } from "../messages/order.ts";
import { setOrderState } from "../repositories/orders.ts";

type Handler = ServiceImpl<typeof OrderService>["cancelOrder"];

export function cancelOrder(context: Context): Handler {
  const { orders, writer } = context;
  return async ({ id: given, etag }, handlerContext) => {
    const id = given.toLowerCase();
    const call = callOf(handlerContext);
    const lock = (session: Session) => lockWithWish(session, id);
    const { cancelled, release } = await writer.writeAhead(
      call.deadline,
      lock,
      async (tx, intents, { order, open }) => {
        await intents.take(orders.key(id));
        if (order === undefined) throw notFound("order", id);
        // A retry of a cancellation knows only the etag from before it.
        if (order.state === "cancelled") return { cancelled: toVersioned(order).value, release: undefined };
        if (!etagMatches(etag, order.revision)) throw etagMismatch("order", id);
        const written = await writeRelease(tx, order, open, context.times);
        const [made] = await tx.last(() => [setOrderState(tx, id, "cancelled")]);
        const stored = toVersioned(made);
        intents.offer(orders, id, stored);
        return { cancelled: stored.value, release: written };
      },
    );
    if (release !== undefined) await attemptRelease(context, release, call);
    return { order: cancelled };
  };
}
