import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { expect } from "@jest/globals";
import { isReason, REASONS } from "@skyport/errors";
import type { Order } from "@skyport/proto";
import { allOrders, discrepancies } from "./audit.ts";
import { failureIn } from "./failure.ts";
import { settled } from "./lab.ts";
import { type OrderServer, orderIn } from "./order-server.ts";
import type { ProductServer } from "./product-server.ts";

export interface Customers {
  /** How often each reason was told. */
  readonly reasons: ReadonlyMap<string, number>;
  /** The orders that were acknowledged, as they were acknowledged last. */
  readonly kept: ReadonlyMap<string, Order>;
  /** Lets them end what they have begun. */
  stop(): Promise<void>;
}

/** Customers that order, change, cancel and delete until they are stopped, and repeat what may have been lost. */
export function customers(
  servers: readonly [OrderServer, ...OrderServer[]],
  productIds: readonly string[],
  count: number,
): Customers {
  let stopping = false;
  const reasons = new Map<string, number>();
  const kept = new Map<string, Order>();

  /** Repeats a call until it is answered, as an error with RetryInfo allows; undefined when it was refused for good. */
  async function insist<T>(call: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const { reason = "none", code, retryMs } = failureIn(error);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        if (reason === "none") throw new Error(`an error without a reason, code ${code}`, { cause: error });
        if (retryMs === undefined) return undefined;
      }
    }
  }

  async function customer(index: number): Promise<void> {
    const productId = productIds[index % productIds.length] ?? "";
    const server = servers[index % servers.length] ?? servers[0];
    for (let turn = 0; !stopping; turn++) {
      const lineItems = [{ productId, quantity: 1 + (turn % 3) }];
      const requestId = randomUUID();
      const created = await insist(() => server.orders.createOrder({ order: { lineItems }, requestId }));
      if (created === undefined) continue;
      const { id } = orderIn(created);
      kept.set(id, orderIn(created));
      if (turn % 4 === 1) {
        const changeId = randomUUID();
        const order = { id, lineItems: [{ productId, quantity: 2 }] };
        const changed = await insist(() => server.orders.updateOrder({ order, requestId: changeId }));
        if (changed !== undefined) kept.set(id, orderIn(changed));
      }
      if (turn % 4 === 2) {
        const cancelled = await insist(() => server.orders.cancelOrder({ id }));
        if (cancelled !== undefined) kept.set(id, orderIn(cancelled));
      }
      if (turn % 4 === 3) {
        // A repeat of a deletion that was carried out is told that there is no such order.
        await insist(() => server.orders.deleteOrder({ id }));
        kept.delete(id);
      }
    }
  }

  const running = Promise.all(Array.from({ length: count }, (_, index) => customer(index)));
  return {
    reasons,
    kept,
    async stop() {
      stopping = true;
      await running;
    },
  };
}

/** What customers may be told while a part is gone: what the contract names, and never INTERNAL. */
export function expectTyped(reasons: ReadonlyMap<string, number>): void {
  for (const reason of reasons.keys()) {
    expect(isReason(reason)).toBe(true);
    expect(reason).not.toBe("INTERNAL");
    if (isReason(reason) && REASONS[reason].code === Code.InvalidArgument) throw new Error(`told ${reason}`);
  }
}

/** Everything adds up, and every acknowledged order is there as it was acknowledged, and no other. */
export async function expectWhole(
  server: OrderServer,
  product: ProductServer,
  kept: ReadonlyMap<string, Order>,
): Promise<void> {
  await settled(server);
  expect(await discrepancies(server, product.inventory)).toEqual([]);
  const stored = new Map((await allOrders(server)).map((order) => [order.id, order]));
  expect([...stored.keys()].toSorted()).toEqual([...kept.keys()].toSorted());
  for (const [id, order] of kept) expect(stored.get(id)).toEqual(order);
}
