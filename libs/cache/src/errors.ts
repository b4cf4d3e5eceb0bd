import { DomainError } from "@skyport/errors";

/**
 * The store did not do what it was asked, or did not say that it did. It never leaves this library: a read goes on
 * without the cache, a write turns it into CACHE_UNAVAILABLE.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** What became of a write whose cache entries could not be made safe. */
export type WriteOutcome = "unchanged" | "committed" | "unknown";

const MESSAGES: Record<WriteOutcome, string> = {
  unchanged: "the cache cannot be reached; nothing was changed",
  committed: "the change is made, but the cache cannot be reached to show it to every reader",
  unknown: "it is not known yet whether the change was made",
};

/** CACHE_UNAVAILABLE; `metadata.outcome` is `committed` or `unknown`, and absent when nothing was changed. */
export function cacheUnavailable(outcome: WriteOutcome, cause?: unknown): DomainError {
  return new DomainError("CACHE_UNAVAILABLE", MESSAGES[outcome], {
    metadata: outcome === "unchanged" ? {} : { outcome },
    cause,
  });
}
