import { OrderView } from "@skyport/proto";
import { ordered } from "./lab.ts";
import type { OrderServer } from "./order-server.ts";

/** What calls are made to whose statements are those of both services. */
export interface BothServices {
  readonly order: OrderServer;
  /** A product that is there for all, and cached. */
  readonly productId: string;
  /** An order of three products; neither it nor they were ever read or written through these processes' caches. */
  unknownOrder(): string;
  /** One that both caches know, with its products. */
  readonly cached: string;
}

async function read(order: OrderServer, id: string, view: OrderView): Promise<void> {
  const answer = await order.orders.getOrder({ id, view });
  const products = answer.order?.lineItems.map(({ product }) => product);
  const isFull = products?.every((product) => product !== undefined);
  if (isFull !== (view !== OrderView.BASIC)) throw new Error("the products are not what was asked for");
}

/** A call's name, its round trips (those of product-svc last, and said so), and the call. */
export type PinOfBoth = readonly [string, readonly string[], (services: BothServices) => Promise<unknown>];

const reserved = ["begin + xid + lock reservations", "lock products", "write decisions + commit"];

/** Calls that reach both databases. */
export const BOTH_SERVICES: readonly PinOfBoth[] = [
  [
    "GetOrder, BASIC, not cached",
    ["find orders"],
    ({ order, unknownOrder }) => read(order, unknownOrder(), OrderView.BASIC),
  ],
  ["GetOrder, BASIC, cached", [], ({ order, cached }) => read(order, cached, OrderView.BASIC)],
  [
    "GetOrder, FULL, not cached",
    ["find orders", "product-svc: find products"],
    ({ order, unknownOrder }) => read(order, unknownOrder(), OrderView.FULL),
  ],
  ["GetOrder, FULL, cached", [], ({ order, cached }) => read(order, cached, OrderView.FULL)],
  [
    "CreateOrder, with those of product-svc",
    [
      "begin + xid",
      "insert intention + insert order + commit",
      "begin + xid + lock order + close intention",
      "set state + commit",
      ...reserved.map((trip) => `product-svc: ${trip}`),
    ],
    ({ order, productId }) => ordered(order, productId, 1),
  ],
];
