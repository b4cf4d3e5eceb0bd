import type { Difference } from "./compare.ts";

/** A difference that is known and wanted. */
export interface AcceptedDifference {
  readonly name: string;
  readonly reason: string;
  /** Whether it is this one, and nothing else besides. */
  readonly covers: (difference: Difference) => boolean;
}

/** Every difference between the fast path and Connect's own handlers that the tests let pass. */
export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [];
