import { randomBytes } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { LineItemSchema, Order, Product, ProductSchema } from "@skyport/proto";
import { present } from "../check/expect.ts";
import type { Cleanup } from "../cleanup.ts";
import type { Clients } from "../clients.ts";
import type { Report } from "../report.ts";

/** What the steps of one protocol work with. */
export interface Flow {
  readonly report: Report;
  readonly clients: Clients;
  readonly cleanup: Cleanup;
  /** The orders that the whole run has made. */
  readonly orderIds: Set<string>;
  /** Tells what this flow makes from everything else: "grpc-1f2e3d4c". */
  readonly tag: string;
}

/** A tag that no other run has. */
export function makeTag(slug: string): string {
  return `${slug}-${randomBytes(4).toString("hex")}`;
}

/** The price of the exercise's order: 100000.99 dollars. */
export const PRICE = { currencyCode: "USD", units: 100_000n, nanos: 990_000_000 } as const;

/** Creates a product that is removed at the end. */
export async function createProduct(
  { clients, cleanup }: Flow,
  product: MessageInitShape<typeof ProductSchema> & { readonly id: string },
): Promise<Product> {
  const { id } = product;
  cleanup.add(`product ${id}`, () => clients.products.deleteProduct({ id }));
  const response = await clients.products.createProduct({ product });
  return present("product", response.product);
}

/** Creates an order that is removed at the end. */
export async function createOrder(flow: Flow, ...lineItems: MessageInitShape<typeof LineItemSchema>[]): Promise<Order> {
  const response = await flow.clients.orders.createOrder({ order: { lineItems } });
  const order = present("order", response.order);
  rememberOrder(flow, order.id);
  return order;
}

/** Sees to it that an order is removed at the end. */
export function rememberOrder({ clients, cleanup, orderIds }: Flow, id: string): void {
  orderIds.add(id);
  cleanup.add(`order ${id}`, () => clients.orders.deleteOrder({ id }));
}

/** How many of a product are left. */
export async function stockOf({ clients }: Pick<Flow, "clients">, id: string): Promise<number | undefined> {
  const { product } = await clients.products.getProduct({ id });
  return product?.inStock;
}
