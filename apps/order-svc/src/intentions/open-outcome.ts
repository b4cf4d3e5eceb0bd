import { DomainError } from "@skyport/errors";

/** Errors that promise, without a word on the outcome, that nothing was changed. */
const PROMISES: ReadonlySet<string> = new Set(["CACHE_UNAVAILABLE", "CONTENTION", "DATABASE_UNAVAILABLE"]);

/**
 * The error that a caller is told once its wish is written down: whatever has failed since, recovery may still carry the wish
 * out. `outcome=committed` stays, for it is true as well; `rolled_back` speaks of the last step only.
 */
export function withOpenOutcome(error: unknown): unknown {
  if (!(error instanceof DomainError) || !PROMISES.has(error.reason)) return error;
  const { metadata = {} } = error.details;
  if (metadata["outcome"] === "committed") return error;
  const details = { ...error.details, metadata: { ...metadata, outcome: "unknown" }, cause: error };
  return new DomainError(error.reason, error.message, details);
}
