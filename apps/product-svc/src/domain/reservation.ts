import { createHash } from "node:crypto";
import { type DomainError, notFound, outOfStock, type PreconditionViolation, resourceName } from "@skyport/errors";

/** How many of a product a reservation shall hold. */
export interface WantedItem {
  readonly productId: string;
  readonly quantity: number;
}

/** How many of one incarnation of a product a reservation holds. */
export interface HeldItem extends WantedItem {
  readonly productKey: bigint;
}

/** Why a generation was refused: one entry for each product that is missing or short. */
export type Refusal = readonly Shortage[];

/** One product that could not be reserved. `inStock` is undefined when the product does not exist. */
export interface Shortage {
  readonly productId: string;
  /** How many more were asked for. */
  readonly wanted: number;
  readonly inStock: number | undefined;
}

/** What was decided about one generation; kept, so that a repeat gets the same answer. */
export interface Decision {
  readonly generation: number;
  /** Stands for the items that were asked for. */
  readonly fingerprint: string;
  readonly refusal?: Refusal;
}

/** A reservation as it is stored. Times are microseconds since the epoch. */
export interface Reservation {
  readonly id: string;
  readonly generation: number;
  readonly items: readonly HeldItem[];
  /** Newest last. */
  readonly decisions: readonly Decision[];
  readonly createTime: bigint;
  readonly updateTime: bigint;
}

/** How many decisions are kept for one reservation; older generations are answered with what holds now. */
export const KEPT_DECISIONS = 32;

/** One line whose quantity changes. */
export interface Change {
  readonly productId: string;
  readonly wanted: number;
  readonly held: HeldItem | undefined;
}

/** The lines that differ between what is held and what is wanted, in order of product id. */
export function changesBetween(held: readonly HeldItem[], wanted: readonly WantedItem[]): Change[] {
  const heldBy = new Map(held.map((item) => [item.productId, item]));
  const wantedBy = new Map(wanted.map((item) => [item.productId, item.quantity]));
  return [...new Set([...heldBy.keys(), ...wantedBy.keys()])]
    .sort()
    .map((productId) => ({ productId, wanted: wantedBy.get(productId) ?? 0, held: heldBy.get(productId) }))
    .filter((change) => change.wanted !== (change.held?.quantity ?? 0));
}

/**
 * Why the changes cannot be made, by what stands on the shelves: every product that is missing or short.
 *
 * @param shelves what is left of each product that exists, with its incarnation
 */
export function shortagesAmong(
  changes: readonly Change[],
  shelves: ReadonlyMap<string, { readonly key: bigint; readonly inStock: number }>,
): Shortage[] {
  return changes.flatMap(({ productId, wanted, held }): Shortage[] => {
    const shelf = shelves.get(productId);
    if (shelf === undefined) return wanted > 0 ? [{ productId, wanted, inStock: undefined }] : [];
    const take = wanted - (held?.productKey === shelf.key ? held.quantity : 0);
    return take > shelf.inStock ? [{ productId, wanted: take, inStock: shelf.inStock }] : [];
  });
}

/** What the reservation holds after the changes were made: unchanged lines keep the incarnation that they hold. */
export function itemsAfter(
  held: readonly HeldItem[],
  changes: readonly Change[],
  shelves: ReadonlyMap<string, { readonly key: bigint }>,
): HeldItem[] {
  const changed = new Set(changes.map((change) => change.productId));
  const kept = held.filter((item) => !changed.has(item.productId));
  const made = changes.flatMap(({ productId, wanted }) => {
    const productKey = shelves.get(productId)?.key;
    return wanted > 0 && productKey !== undefined ? [{ productId, productKey, quantity: wanted }] : [];
  });
  return [...kept, ...made].sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

/** A short text that is equal exactly when the wanted items are, in whatever order. */
export function fingerprintOf(wanted: readonly WantedItem[]): string {
  const lines = wanted.map((item) => `${item.productId}=${item.quantity}`).sort();
  return createHash("sha256").update(lines.join("&")).digest("base64url");
}

/** What was decided about a generation, if that is still known. */
export function decisionOn(reservation: Reservation, generation: number): Decision | undefined {
  return reservation.decisions.find((decision) => decision.generation === generation);
}

/** The decisions to keep after one more. */
export function withDecision(decisions: readonly Decision[], decision: Decision): Decision[] {
  return [...decisions, decision].slice(-KEPT_DECISIONS);
}

/** The error that a refusal is told as: NOT_FOUND when products are only missing, else OUT_OF_STOCK with all of them. */
export function refusalError(refusal: Refusal): DomainError {
  if (refusal.every((shortage) => shortage.inStock === undefined)) {
    return notFound("product", ...refusal.map((shortage) => shortage.productId));
  }
  return outOfStock(refusal.map(violationOf));
}

function violationOf({ productId, wanted, inStock }: Shortage): PreconditionViolation {
  const subject = resourceName("product", productId);
  return inStock === undefined
    ? { type: "PRODUCT_NOT_FOUND", subject, description: "this product does not exist" }
    : { type: "OUT_OF_STOCK", subject, description: `${wanted} wanted, ${inStock} left` };
}
