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
}

/** A change of an order, ready to be asked for. */
export interface Act {
  readonly kind: string;
  /** Begins it; `answered` resolves when its caller knows what has come of it, or gives up for now. */
  readonly start: (options?: Pick<AskOptions, "deadlineMs">) => { readonly answered: Promise<void> };
  /** What it has written down and is still open. */
  readonly wish: () => Promise<OpenWish | undefined>;
}

const KINDS = ["create", "create", "update", "cancel", "delete"] as const;

/** A change of a random kind, of an order that nobody else changes. @throws Error when there cannot be such an order */
export async function prepare({ shop, shopper, random, order, shelf }: Scene): Promise<Act> {
  const kind = random.pick(KINDS);
  const wanted = (quantity: number) => [{ shelf, quantity, isMarked: true }];
  const purchase = shopper.open(wanted(1 + random.below(3)));
  if (kind === "create") {
    return {
      kind,
      start: (options = {}) => ({ answered: shopper.create(purchase, { ...options, first: order }) }),
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
      if (kind === "update") return { answered: shopper.update(purchase, known, more, random.chance(0.5), asked) };
      return { answered: shopper[kind](purchase, known.id, known.etag, asked) };
    },
    wish: () => shop.orderData.wishOfOrder(known.id),
  };
}
