import { eventually } from "@skyport/testing";
import type { Hold } from "../data/hold.ts";
import type { OpenWish } from "../data/order-data.ts";
import type { DataSide } from "../data/side.ts";
import type { Member } from "../shop/member.ts";
import type { Shop } from "../shop/shop.ts";
import type { Act } from "./scene.ts";

/**
 * A change that does not get to its point by then was refused, or met another fault. It is more than the 3 s of a call and
 * the 2 s until what it has written down is overdue, because a first call with little time may have written nothing.
 */
const PATIENCE = { withinMs: 6_000, everyMs: 5 } as const;

/** The wish, once it is written down. */
export function written(act: Act): Promise<OpenWish> {
  return eventually(async () => (await act.wish()) ?? false, PATIENCE);
}

/** The wish, once a recovery loop has claimed it. */
export function claimed(act: Act): Promise<OpenWish> {
  return eventually(async () => {
    const wish = await act.wish();
    return wish !== undefined && wish.attempts > 0 ? wish : false;
  }, PATIENCE);
}

/** Who waits for what is held, once somebody does. */
export async function waiter(side: DataSide, hold: Hold, shop: Shop): Promise<Member> {
  const role = await eventually(async () => (await side.waitingFor(hold))[0] ?? false, PATIENCE);
  const member = shop.members.find(({ name }) => name === role);
  if (member === undefined) throw new Error(`${role} waits, which is no instance`);
  return member;
}

/** Resolves when the condition holds. @throws Error when it does not soon */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(condition, PATIENCE);
}
