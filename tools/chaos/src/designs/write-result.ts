import { DomainError } from "@skyport/errors";
import type { WriteResult } from "../subject.ts";
import { reasonOf } from "../worker/reason.ts";

/** Runs a write and says what became of it; what it threw is `refused` only where the change was certainly not made. */
export async function resultOf(write: () => Promise<WriteResult>): Promise<WriteResult> {
  try {
    return await write();
  } catch (error) {
    return { outcome: outcomeOf(error), reason: reasonOf(error) };
  }
}

function outcomeOf(error: unknown): WriteResult["outcome"] {
  if (!(error instanceof DomainError)) return "unknown";
  const { metadata = {} } = error.details;
  const { outcome } = metadata;
  if (outcome === "committed") return "committed";
  if (error.reason === "CACHE_UNAVAILABLE") return outcome === undefined ? "refused" : "unknown";
  if (outcome === "rolled_back" || error.reason === "CONTENTION") return "refused";
  return "unknown";
}
