import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, type Order } from "@skyport/proto";
import { withRetry } from "@skyport/rpc";
import { forEachIndex } from "./concurrency.ts";
import type { FillOptions } from "./fill-options.ts";
import { makeOrder } from "./orders.ts";
import type { System } from "./system.ts";

/** What became of the orders. */
export interface OrderTotals {
  created: number;
  existing: number;
  /** Refused: something was sold out, or was deleted since. */
  refused: number;
  /** How many of those that were created were then cancelled. */
  cancelled: number;
}

/**
 * Creates a seed's orders for its first `products` products, and cancels some of them.
 *
 * @throws the first error that no retry mends
 */
export async function fillOrders(
  { orders }: Pick<System, "orders">,
  count: number,
  products: number,
  { seed, concurrency, onDone, retry }: FillOptions,
): Promise<OrderTotals> {
  const totals: OrderTotals = { created: 0, existing: 0, refused: 0, cancelled: 0 };
  const newestBefore = await newestOrderTime(orders, retry);
  await forEachIndex(count, concurrency, async (index) => {
    const { lineItems, requestId, cancelled } = makeOrder(seed, index, products);
    const request = { order: { lineItems: lineItems.map((line) => ({ ...line })) }, requestId };
    const order = await unlessRefused(() => withRetry(() => orders.createOrder(request), retry));
    if (order === undefined) totals.refused++;
    else if (timeOf(order.order) <= newestBefore) totals.existing++;
    else totals.created++;
    if (cancelled && order?.order !== undefined) {
      const { id } = order.order;
      const done = await unlessDeleted(() => withRetry(() => orders.cancelOrder({ id }), retry));
      if (done !== undefined && timeOf(order.order) > newestBefore) totals.cancelled++;
    }
    onDone();
  });
  return totals;
}

/**
 * When the newest order was made, by the service's clock: a request_id that answers with an order from before is one
 * that an earlier run has made.
 */
async function newestOrderTime(orders: System["orders"], retry: FillOptions["retry"]): Promise<bigint> {
  const { orders: newest } = await withRetry(() => orders.listOrders({ pageSize: 1 }), retry);
  return timeOf(newest[0]);
}

/** Nanoseconds since the epoch; below any time when there is no order. */
function timeOf(order: Order | undefined): bigint {
  const time = order?.createTime;
  return time === undefined ? -1n : time.seconds * 1_000_000_000n + BigInt(time.nanos);
}

function unlessRefused<T>(call: () => Promise<T>): Promise<T | undefined> {
  return unless(["OUT_OF_STOCK", "PRODUCT_NOT_FOUND"], call);
}

/** An order of an earlier run may have been deleted; its request_id still answers with it. */
function unlessDeleted<T>(call: () => Promise<T>): Promise<T | undefined> {
  return unless(["ORDER_NOT_FOUND"], call);
}

async function unless<T>(reasons: readonly string[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    const [info] = ConnectError.from(thrown).findDetails(ErrorInfoSchema);
    if (info === undefined || !reasons.includes(info.reason)) throw thrown;
    return undefined;
  }
}
