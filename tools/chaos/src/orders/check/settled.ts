import { OrderState } from "@skyport/proto";
import { eventually } from "@skyport/testing";
import type { Shop } from "../shop/shop.ts";

const CALL_MS = 5_000;
/** The time until a new order is given up (30 s), leases (5 s) and pauses (2 s), and a busy machine. */
const WITHIN_MS = 60_000;

/**
 * Resolves when no order waits for anything: no intention is open, no order pending. Asked of the services themselves.
 *
 * @throws Error telling what is still open
 */
export async function settled(shop: Shop): Promise<void> {
  await eventually(
    async () => {
      for (const { endpoint } of shop.orders) {
        const { intentions } = await endpoint.call(CALL_MS, ({ orders }, call) =>
          orders.listOpenIntentions({ pageSize: 100 }, call),
        );
        if (intentions.length > 0)
          throw new Error(`${intentions.length} open, such as ${JSON.stringify(intentions[0]?.orderId)}`);
        const filter = { state: OrderState.PENDING };
        const pending = await endpoint.call(CALL_MS, ({ orders }, call) => orders.listOrders({ filter }, call));
        if (pending.orders.length > 0) throw new Error(`${pending.orders[0]?.id} is pending`);
      }
    },
    { withinMs: WITHIN_MS, everyMs: 50 },
  );
}
