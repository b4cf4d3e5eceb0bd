import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../worker/random.ts";
import type { Member } from "./member.ts";
import type { Shop } from "./shop.ts";

const EVERY_MS = 5;
const READY_WITHIN_MS = 60_000;

/** Starts what was killed; most callers of a dead product-svc are sent to another one, the others have to wait for it. */
export function revive(shop: Shop, victim: Member, random: Random): void {
  if (victim.service === "product-svc" && random.chance(0.7)) shop.sendElsewhere(victim);
  victim.comeBack();
}

/**
 * An order-svc that takes traffic, whose product-svc does too and whose links nobody has at his command; once there is one.
 */
export async function readyOrder(shop: Shop, random: Random): Promise<Member> {
  const end = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const ready = shop.orders.filter(
      (order) => order.isReady && shop.askedBy(order).isReady && !shop.reserved.has(order),
    );
    if (ready.length > 0) return random.pick(ready);
    if (performance.now() > end) throw new Error("no order-svc takes traffic, or none whose product-svc does");
    await sleep(EVERY_MS);
  }
}

/** Resolves when every instance takes traffic. @throws Error when one does not, or has ended by itself */
export async function everyoneReady(shop: Shop): Promise<void> {
  await Promise.all(shop.members.map((member) => member.ready()));
}
