import type { Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import { DomainError, requestIdReused } from "@skyport/errors";
import type { Context } from "./context.ts";
import {
  type Change,
  changesBetween,
  type Decision,
  decisionOn,
  fingerprintOf,
  itemsAfter,
  type Refusal,
  type Reservation,
  shortagesAmong,
  type WantedItem,
  withDecision,
} from "./domain/reservation.ts";
import { tooOldToBegin } from "./domain/reservation-age.ts";
import { findProducts } from "./repositories/products.ts";
import { findMovedProducts, lockReservation, moveStock, saveReservation } from "./repositories/reservations.ts";

/** What a reservation shall hold from a generation on. */
export interface Wish {
  readonly id: string;
  readonly generation: number;
  readonly items: readonly WantedItem[];
}

/** A reservation as it holds now, and why the wish was refused, if it was. */
export interface Decided {
  readonly reservation: Reservation;
  readonly refusal: Refusal | undefined;
}

type Dependencies = Pick<Context, "products" | "toVersioned" | "writer">;

/**
 * Decides a wish once and for all, in one transaction: the reservation is locked first, so that wishes for it are
 * decided one after the other; a generation that was decided before is answered, not decided again. A refusal is
 * kept as well: a delayed first attempt must not reserve after its order was given up.
 */
export async function reserve(
  { products, toVersioned, writer }: Dependencies,
  wish: Wish,
  deadline: Deadline,
): Promise<Decided> {
  return writer.write(deadline, async (tx, intents) => {
    const held = await lockReservation(tx, wish.id);
    if (wish.generation <= held.generation) {
      // The answer acknowledges earlier commits, whose writers may have died before any reader could see them.
      const moved = await findMovedProducts(tx, wish.id);
      await intents.take(...moved.map((id) => products.key(id)));
      return repeated(held, wish);
    }
    await intents.take(...productsOf(held, wish).map((id) => products.key(id)));
    if (held.generation === 0 && wish.items.length > 0) {
      const refused = tooOldToBegin(wish.id, Number(held.createTime / 1000n));
      if (refused !== undefined) throw refused;
    }
    const changes = changesBetween(held.items, wish.items);
    const moved = await moveStock(tx, wish.id, wish.generation, changes);
    for (const product of moved) intents.offer(products, product.id, toVersioned(product));
    const refusal = moved.length > 0 ? undefined : await refusalOf(tx, changes);
    const keys = new Map(moved.map(({ id, key }) => [id, key]));
    const decision: Decision = {
      generation: wish.generation,
      fingerprint: fingerprintOf(wish.items),
      ...(refusal === undefined ? {} : { refusal }),
    };
    const reservation = await saveReservation(tx, {
      ...held,
      generation: wish.generation,
      items: refusal === undefined ? itemsAfter(held.items, changes, keys) : held.items,
      decisions: withDecision(held.decisions, decision),
    });
    return { reservation, refusal };
  });
}

/** The products whose stock the wish may move. */
function productsOf(held: Reservation, wish: Wish): string[] {
  return [...new Set([...held.items, ...wish.items].map((item) => item.productId))].sort();
}

/** The answer to a generation that was decided before: the same as then, as far as that is still known. */
function repeated(held: Reservation, wish: Wish): Decided {
  const decision = decisionOn(held, wish.generation);
  if (decision !== undefined && decision.fingerprint !== fingerprintOf(wish.items)) throw requestIdReused("generation");
  return { reservation: held, refusal: decision?.refusal };
}

/** Why nothing was moved; undefined when there was nothing to move, because what is released is gone. */
async function refusalOf(tx: Transaction, changes: readonly Change[]): Promise<Refusal | undefined> {
  if (changes.length === 0) return undefined;
  const ids = changes.map((change) => change.productId);
  const shelves = new Map((await findProducts(tx, ids)).map((product) => [product.id, product]));
  const shortages = shortagesAmong(changes, shelves);
  if (shortages.length > 0) return shortages;
  if (changes.every((change) => change.wanted === 0)) return undefined;
  // A product that was missing a moment ago has been created since.
  throw new DomainError("CONTENTION", "a product is being created");
}
