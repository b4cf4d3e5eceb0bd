import { failureOf } from "../../service/failure.ts";

/** What one attempt has come to. */
export type Outcome<T> =
  | { readonly kind: "acknowledged"; readonly value: T }
  /** Told for good that nothing was done, by this attempt. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Nothing was done, and another attempt may succeed. */
  | { readonly kind: "postponed"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Decisions about the request itself. */
const REFUSALS: ReadonlySet<string> = new Set([
  "OUT_OF_STOCK",
  "PRODUCT_NOT_FOUND",
  "ORDER_NOT_FOUND",
  "ORDER_CANCELLED",
  "ETAG_MISMATCH",
  "INVALID_FIELDS",
  "MALFORMED_REQUEST",
  "REQUEST_ID_REUSED",
]);

/** Turned away before anything was done. */
const POSTPONED: ReadonlySet<string> = new Set(["RATE_LIMITED"]);

/** Nothing was changed, unless `outcome` says something else. */
const UNDONE_UNLESS_TOLD: ReadonlySet<string> = new Set(["CACHE_UNAVAILABLE", "DATABASE_UNAVAILABLE"]);

/**
 * Makes one attempt, and takes docs/errors.md at its word. What is not promised is `unknown`: an order may be written down, and be settled later, whatever it is
 * that failed after.
 */
export async function outcomeOf<T>(attempt: Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: "acknowledged", value: await attempt };
  } catch (error) {
    const { reason, typed, outcome } = failureOf(error);
    if (!typed) return { kind: reason === "ECONNREFUSED" ? "postponed" : "unknown", reason };
    if (REFUSALS.has(reason)) return { kind: "refused", reason };
    const isUndone = UNDONE_UNLESS_TOLD.has(reason) && (outcome === undefined || outcome === "rolled_back");
    return { kind: POSTPONED.has(reason) || isUndone ? "postponed" : "unknown", reason };
  }
}
