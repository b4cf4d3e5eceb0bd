import type { Random } from "../../worker/random.ts";
import type { OpenWish } from "../data/order-data.ts";
import type { Shelf } from "../ledger/lines.ts";
import type { AskOptions } from "../load/asker.ts";
import type { Shopper } from "../load/shopper.ts";
import type { Member } from "../shop/member.ts";
import type { Shop } from "../shop/shop.ts";

/** What a named point needs. */
export interface Scene {
  readonly shop: Shop;
  readonly shopper: Shopper;
  readonly random: Random;
  /** The order-svc that is asked; it and the product-svc that it asks take traffic. */
  readonly order: Member;
  /** A product that nobody else orders, so that locks on it are in nobody's way. */
  readonly shelf: Shelf;
  /** Told of each change that was asked for; the promise resolves when its caller knows its outcome, or gives up for now. */
  readonly begun: (answered: Promise<void>) => void;
}

/** A change of an order, ready to be asked for. */
export interface Act {
  readonly kind: string;
  readonly start: (options?: Pick<AskOptions, "deadlineMs">) => void;
  /** Whether the transaction has begun that will write it down: nothing is asked of product-svc before that any more. */
  readonly isBegun: () => Promise<boolean>;
  /** What it has written down and is still open. */
  readonly wish: () => Promise<OpenWish | undefined>;
}

const KINDS = ["create", "create", "update", "cancel", "delete"] as const;

/** A change of a random kind, of an order that nobody else changes. @throws Error when there cannot be such an order */
export async function prepare({ shop, shopper, random, order, shelf, begun }: Scene): Promise<Act> {
  const kind = random.pick(KINDS);
  const wanted = (quantity: number) => [{ shelf, quantity, isMarked: true }];
  const purchase = shopper.open(wanted(1 + random.below(3)));
  purchase.isReserved = true;
  const go = (change: Promise<void>): void =>
    begun(
      change.finally(() => {
        purchase.isReserved = false;
      }),
    );
  if (kind === "create") {
    return {
      kind,
      start: (options = {}) => go(shopper.create(purchase, { ...options, first: order })),
      isBegun: () => shop.orderData.isClaimed(purchase.requestId),
      wish: () => shop.orderData.wishOfRequest(purchase.requestId),
    };
  }
  await shopper.create(purchase, { first: order });
  const known = purchase.confirmed;
  if (known === undefined) throw new Error("the order to be changed could not be created");
  const more = wanted(4 + random.below(3));
  return {
    kind,
    start: (options = {}) => {
      const asked = { ...options, first: order };
      if (kind === "update") go(shopper.update(purchase, known, more, random.chance(0.5), asked));
      else go(shopper[kind](purchase, known.id, known.etag, asked));
    },
    isBegun: () => shop.orderData.isLocked(known.id),
    wish: () => shop.orderData.wishOfOrder(known.id),
  };
}
