import { type DomainError, requestIdReused } from "@skyport/errors";
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
} from "./reservation.ts";
import { tooOldToBegin } from "./reservation-age.ts";

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

/** What a caller is told: what was decided, or why its wish cannot be. */
export type Answer = Decided | { readonly error: DomainError };

/** What is left of a product that exists, and its incarnation. */
export interface Shelf {
  readonly key: bigint;
  readonly inStock: number;
}

/** How the stock of a product changes. */
export interface Movement {
  readonly productId: string;
  readonly productKey: bigint;
  readonly delta: number;
}

/** A wish that was decided: the reservation as it is from now on, and what has to be moved for it. */
export interface Verdict extends Decided {
  readonly wish: Wish;
  readonly movements: readonly Movement[];
}

/** A wish, the reservation that it is for as it was found (new with generation 0), and when: microseconds since the epoch. */
export interface Case {
  readonly wish: Wish;
  readonly held: Reservation;
  readonly now: bigint;
}

/** Whether a wish's generation, or a later one, was decided before. */
export function isRepeat({ wish, held }: Case): boolean {
  return wish.generation <= held.generation;
}

/**
 * The answer to a wish that is not decided (any more), undefined for all others. To a generation that was decided before
 * it is the same as then, as far as that is still known.
 */
export function foregoneAnswer(each: Case): Answer | undefined {
  const { wish, held, now } = each;
  if (!isRepeat(each)) {
    const begins = held.generation === 0 && wish.items.length > 0;
    const error = begins ? tooOldToBegin(wish.id, Number(now / 1000n)) : undefined;
    return error && { error };
  }
  const decision = decisionOn(held, wish.generation);
  const isOther = decision !== undefined && decision.fingerprint !== fingerprintOf(wish.items);
  return isOther ? { error: requestIdReused("generation") } : { reservation: held, refusal: decision?.refusal };
}

/** The products whose stock a wish may move. */
export function productsOf({ wish, held }: Case): string[] {
  return [...held.items, ...wish.items].map((item) => item.productId);
}

/**
 * Decides wishes for different reservations in their order, each by what the ones before have left on the shelves: all
 * of it, or nothing and the refusal, which is kept.
 */
export function decideInOrder(cases: readonly Case[], shelves: ReadonlyMap<string, Shelf>): Verdict[] {
  const left = new Map(shelves);
  return cases.map((each) => {
    const verdict = decide(each, left);
    for (const { productId, delta } of verdict.movements) {
      const shelf = left.get(productId);
      if (shelf !== undefined) left.set(productId, { ...shelf, inStock: shelf.inStock + delta });
    }
    return verdict;
  });
}

function decide({ wish, held, now }: Case, shelves: ReadonlyMap<string, Shelf>): Verdict {
  const { generation } = wish;
  const changes = changesBetween(held.items, wish.items);
  const shortages = shortagesAmong(changes, shelves);
  const refusal = shortages.length > 0 ? shortages : undefined;
  const fingerprint = fingerprintOf(wish.items);
  const decision: Decision = refusal === undefined ? { generation, fingerprint } : { generation, fingerprint, refusal };
  const reservation = {
    ...held,
    generation,
    items: refusal === undefined ? itemsAfter(held.items, changes, shelves) : held.items,
    decisions: withDecision(held.decisions, decision),
    updateTime: now > held.updateTime ? now : held.updateTime,
  };
  return { wish, reservation, refusal, movements: refusal === undefined ? movementsOf(changes, shelves) : [] };
}

/** A line that is held counts only while its product is the same incarnation; a product that is gone moves nothing. */
function movementsOf(changes: readonly Change[], shelves: ReadonlyMap<string, Shelf>): Movement[] {
  return changes.flatMap(({ productId, wanted, held }) => {
    const shelf = shelves.get(productId);
    if (shelf === undefined) return [];
    const delta = (held?.productKey === shelf.key ? held.quantity : 0) - wanted;
    return delta === 0 ? [] : [{ productId, productKey: shelf.key, delta }];
  });
}
