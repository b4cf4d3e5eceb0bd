import { invalidFields } from "@skyport/errors";

/** Bounds of a page's size in rows. */
export interface PageSizeLimits {
  /** When the request names none. Default 50. */
  readonly default?: number;
  /** Larger ones are coerced to it. Default 1,000. */
  readonly max?: number;
}

/**
 * The number of rows that a page may have (AIP-158).
 *
 * @throws INVALID_FIELDS for a negative size.
 */
export function pageSize(requested: number, limits: PageSizeLimits = {}): number {
  const { default: fallback = 50, max = 1_000 } = limits;
  if (requested < 0) throw invalidFields([{ field: "page_size", description: "must not be negative" }]);
  return requested === 0 ? Math.min(fallback, max) : Math.min(requested, max);
}
