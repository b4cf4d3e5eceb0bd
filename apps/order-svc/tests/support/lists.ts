import type { Order, OrderState, OrderView } from "@skyport/proto";
import { orderIn } from "./order-server.ts";
import type { System } from "./system.ts";

export interface Time {
  readonly seconds: bigint;
  readonly nanos?: number;
}

export interface Filter {
  readonly state?: OrderState;
  readonly productId?: string;
  readonly createTimeAfter?: Time;
  readonly createTimeBefore?: Time;
}

export interface Request {
  readonly filter?: Filter;
  readonly orderBy?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly view?: OrderView;
}

export interface Page {
  readonly orders: readonly Order[];
  readonly nextPageToken: string;
}

export function timeOf(order: Order | undefined): Time {
  if (order?.createTime === undefined) throw new Error("no order with a time");
  const { seconds, nanos } = order.createTime;
  return { seconds, nanos };
}

export const micros = ({ createTime }: Order): bigint =>
  createTime === undefined ? 0n : createTime.seconds * 1_000_000n + BigInt(createTime.nanos / 1_000);
export const timestamp = (at: bigint, nanos = 0) => ({
  seconds: at / 1_000_000n,
  nanos: Number(at % 1_000_000n) * 1_000 + nanos,
});
export const idsOf = (orders: readonly Order[]): string[] => orders.map(({ id }) => id);

/** Calls of ListOrders, and orders to be listed. */
export function lister(system: () => System) {
  const list = (request: Request): Promise<Page> => system().order.orders.listOrders(request);

  /** Every page to the end, with `each` run between one page and the next. */
  async function walk(request: Request, each: () => Promise<void> = async () => undefined): Promise<Order[]> {
    const found: Order[] = [];
    for (let pageToken = ""; ; ) {
      const page = await list({ ...request, pageToken });
      found.push(...page.orders);
      if (page.nextPageToken === "") return found;
      pageToken = page.nextPageToken;
      await each();
    }
  }

  const ordered = async (...productIds: readonly string[]): Promise<Order> => {
    const lineItems = productIds.map((productId) => ({ productId, quantity: 1 }));
    return orderIn(await system().order.orders.createOrder({ order: { lineItems } }));
  };

  return { list, walk, ordered };
}
