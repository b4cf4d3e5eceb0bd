import { inTime } from "@skyport/testing";
import { type Failure, failureOf } from "./failure.ts";
import { createProduct, uuidV7 } from "./fixtures.ts";
import type { TestService } from "./service.ts";

/** What a load has seen until it was stopped. */
export interface LoadReport {
  readonly failures: readonly Failure[];
  /** The longest that a call took, in milliseconds. */
  readonly slowestMs: number;
  /** For each product that was only added to, one at a time: how often that was acknowledged, and how often refused. */
  readonly added: ReadonlyMap<string, { readonly acknowledged: number; readonly failed: number }>;
}

/** Calls of every kind, from several clients, until it is stopped. */
export interface Load {
  /** How many calls have succeeded so far. */
  readonly succeeded: number;
  stop(): Promise<LoadReport>;
}

const CLIENTS = 6;

/**
 * Starts the load. Each client has products of its own, so that it knows what became of them.
 *
 * @param timeoutMs the time that the service is given for a call
 */
export async function startLoad(service: TestService, timeoutMs: number): Promise<Load> {
  const { products, inventory } = service;
  const failures: Failure[] = [];
  const added = new Map<string, { acknowledged: number; failed: number }>();
  let running = true;
  let succeeded = 0;
  let slowestMs = 0;

  async function succeeds(work: Promise<unknown>): Promise<boolean> {
    const start = performance.now();
    const failure = await work.then(
      () => undefined,
      () => failureOf(work),
    );
    slowestMs = Math.max(slowestMs, performance.now() - start);
    if (failure === undefined) succeeded++;
    else failures.push(failure);
    return failure === undefined;
  }

  async function client(id: string, productId: string): Promise<void> {
    const tally = { acknowledged: 0, failed: 0 };
    added.set(id, tally);
    while (running) {
      tally[
        (await succeeds(inventory.adjustStock({ productId: id, delta: 1 }, inTime(timeoutMs))))
          ? "acknowledged"
          : "failed"
      ]++;
      await succeeds(products.getProduct({ id }, inTime(timeoutMs)));
      await succeeds(products.listProducts({ pageSize: 5 }, inTime(timeoutMs)));
      const reservationId = uuidV7();
      const items = [{ productId, quantity: 1 }];
      await succeeds(inventory.setReservation({ reservationId, generation: 1, items }, inTime(timeoutMs)));
      await succeeds(inventory.setReservation({ reservationId, generation: 2, items: [] }, inTime(timeoutMs)));
    }
  }

  const clients: Promise<void>[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const [counted, reserved] = [await createProduct(service), await createProduct(service, { inStock: 1000 })];
    clients.push(client(counted.id, reserved.id));
  }
  return {
    get succeeded() {
      return succeeded;
    },
    async stop() {
      running = false;
      await Promise.all(clients);
      return { failures, slowestMs, added };
    },
  };
}
