import type { Client } from "@connectrpc/connect";
import { type InventoryService, type Order, OrderState, OrderView, type Reservation } from "@skyport/proto";
import type { OrderServer } from "./order-server.ts";

interface Page<T> {
  readonly rows: readonly T[];
  readonly nextPageToken: string;
}

/** Every row of a list, page by page. */
export async function all<T>(page: (pageToken: string) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let pageToken = ""; ; ) {
    const { rows: more, nextPageToken } = await page(pageToken);
    rows.push(...more);
    if (nextPageToken === "") return rows;
    pageToken = nextPageToken;
  }
}

/** Every order, as it is stored. */
export function allOrders({ orders }: OrderServer): Promise<Order[]> {
  return all(async (pageToken) => {
    const page = await orders.listOrders({ pageSize: 1_000, pageToken, view: OrderView.BASIC });
    return { rows: page.orders, nextPageToken: page.nextPageToken };
  });
}

const held = (items: readonly { productId: string; quantity: number }[]): string =>
  items
    .map(({ productId, quantity }) => `${productId} ${quantity}`)
    .sort()
    .join(", ");

/**
 * What does not add up while nothing is under way: stock against its ledger, orders against their reservations, and
 * orders or wishes that are still open. Empty when all is well.
 */
export async function discrepancies(order: OrderServer, inventory: Client<typeof InventoryService>): Promise<string[]> {
  const [orders, reservations, stock, wishes] = await Promise.all([
    allOrders(order),
    all<Reservation>(async (pageToken) => {
      const page = await inventory.listReservations({ pageSize: 1_000, pageToken });
      return { rows: page.reservations, nextPageToken: page.nextPageToken };
    }),
    all(async (pageToken) => {
      const page = await inventory.auditStock({ pageSize: 1_000, pageToken });
      return { rows: page.discrepancies, nextPageToken: page.nextPageToken };
    }),
    order.orders.listOpenIntentions({}),
  ]);
  const reserved = new Map(reservations.map(({ id, items }) => [id, held(items)]));
  const live = new Map(
    orders.map(({ id, state, lineItems }) => [id, state === OrderState.CONFIRMED ? held(lineItems) : ""]),
  );
  return [
    ...stock.map(({ kind, resourceName, expected, actual }) => `${resourceName}: ${kind}, ${expected} but ${actual}`),
    ...orders.filter(({ state }) => state === OrderState.PENDING).map(({ id }) => `order ${id} is pending`),
    ...[...live]
      .filter(([id, lines]) => (reserved.get(id) ?? "") !== lines)
      .map(([id]) => `order ${id} holds other stock`),
    ...[...reserved].filter(([id, lines]) => lines !== "" && !live.has(id)).map(([id]) => `${id} is held for no order`),
    ...wishes.intentions.map(({ orderId, generation }) => `wish ${generation} of ${orderId} is open`),
  ];
}
