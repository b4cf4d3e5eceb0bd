import { Code, ConnectError } from "@connectrpc/connect";
import type { Stack } from "./stack.ts";
import { randomFrom } from "./world.ts";

/** What may come of any call when others are at the same orders, on a machine that is busy. */
const EXPECTED: readonly Code[] = [
  Code.NotFound,
  Code.FailedPrecondition,
  Code.Aborted,
  Code.Unavailable,
  Code.DeadlineExceeded,
];

/** Clients that create, change, cancel and delete the same few orders, and restock, until they are stopped. */
export interface Load {
  /** Calls that have succeeded so far. */
  readonly done: number;
  /** Orders that were made so far. */
  readonly created: number;
  /** Resolves when all have come to their end; throws what was not to be expected. */
  stop(): Promise<void>;
}

export function startLoad(
  { orders, inventory }: Pick<Stack, "orders" | "inventory">,
  products: readonly string[],
  { clients, seed }: { readonly clients: number; readonly seed: number },
): Load {
  const random = randomFrom(seed);
  const ids: string[] = [];
  let done = 0;
  let created = 0;
  let isStopped = false;

  const below = (limit: number): number => Math.floor(random() * limit);
  const anyLines = () =>
    products
      .filter(() => random() < 0.5)
      .concat(products.slice(0, 1))
      .filter((productId, index, all) => all.indexOf(productId) === index)
      .map((productId) => ({ productId, quantity: 1 + below(5) }));

  async function act(): Promise<void> {
    const kind = random();
    if (kind < 0.05) {
      await inventory.adjustStock({ productId: products[below(products.length)] ?? "", delta: 1 + below(9) });
      return;
    }
    const id = ids[below(ids.length)];
    if (id === undefined || kind < 0.4) {
      const { order } = await orders.createOrder({ order: { lineItems: anyLines() } });
      if (order !== undefined) ids.push(order.id);
      created += 1;
    } else if (kind < 0.7) await orders.updateOrder({ order: { id, lineItems: anyLines() } });
    else if (kind < 0.85) await orders.cancelOrder({ id });
    else {
      ids.splice(ids.indexOf(id), 1);
      await orders.deleteOrder({ id });
    }
  }

  async function client(): Promise<void> {
    while (!isStopped) {
      try {
        await act();
        done += 1;
      } catch (error) {
        if (!EXPECTED.includes(ConnectError.from(error).code)) throw error;
      }
    }
  }

  const running = Promise.allSettled(Array.from({ length: clients }, client));
  return {
    get done() {
      return done;
    },
    get created() {
      return created;
    },
    async stop() {
      isStopped = true;
      for (const outcome of await running) if (outcome.status === "rejected") throw outcome.reason;
    },
  };
}
