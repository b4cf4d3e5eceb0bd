import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@skyport/proto";

/** Why a call failed, as far as its caller can tell. */
export interface Failure {
  /** A reason of docs/errors.md; or, when the answer did not come from the service, what the client made of it. */
  readonly reason: string;
  /** Whether the service itself has answered. */
  readonly typed: boolean;
  /** `metadata.outcome`: what became of a write that failed late. */
  readonly outcome: string | undefined;
}

const DOMAIN = "skyport";

/** The system's error at the bottom, such as ECONNREFUSED. */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return undefined;
}

/** Sorts what a generated client threw. */
export function failureOf(thrown: unknown): Failure {
  const error = ConnectError.from(thrown);
  const info = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === DOMAIN);
  if (info !== undefined) return { reason: info.reason, typed: true, outcome: info.metadata["outcome"] };
  const reason = systemCode(thrown) ?? `client ${Code[error.code]}`;
  return { reason, typed: false, outcome: undefined };
}

/** Reasons after which nothing is changed, whatever the request was. */
const REFUSALS: ReadonlySet<string> = new Set([
  "PRODUCT_NOT_FOUND",
  "PRODUCT_ALREADY_EXISTS",
  "ETAG_MISMATCH",
  "REQUEST_IN_PROGRESS",
  "CONTENTION",
  "RATE_LIMITED",
]);

/** Reasons after which nothing is changed, unless `outcome` says something else. */
const REFUSALS_UNLESS_TOLD: ReadonlySet<string> = new Set(["CACHE_UNAVAILABLE", "DATABASE_UNAVAILABLE"]);

/**
 * What became of a write that failed, as docs/errors.md promises it. Everything that is not promised is `unknown`: a
 * deadline that has passed, an INTERNAL, a connection that broke. A connection that was refused carried nothing.
 */
export function outcomeOf({ reason, typed, outcome }: Failure): "refused" | "committed" | "unknown" {
  if (!typed) return reason === "ECONNREFUSED" ? "refused" : "unknown";
  if (REFUSALS.has(reason)) return "refused";
  if (!REFUSALS_UNLESS_TOLD.has(reason)) return "unknown";
  if (outcome === undefined || outcome === "rolled_back") return "refused";
  return outcome === "committed" ? "committed" : "unknown";
}
