import { Code } from "@connectrpc/connect";

/** Who has to act on an error: the caller (logged as a warning) or whoever runs the service (logged as an error). */
export type Fault = "caller" | "service";

/** What the registry holds of one reason. */
export interface ReasonSpec {
  /** The RPC status code that the reason travels with. */
  readonly code: Code;
  readonly fault: Fault;
  /** Whether the same call, sent again unchanged, can succeed. Such errors carry RetryInfo. */
  readonly retryable: boolean;
  /** What it means, for a person; docs/errors.md says the same. */
  readonly meaning: string;
}

/**
 * Every reason that an error of this system can carry, with its code. Reasons are stable: clients may branch on them,
 * so one is never renamed or reused (AIP-193). docs/errors.md is held against this table by a test.
 */
export const REASONS = {
  INVALID_FIELDS: {
    code: Code.InvalidArgument,
    fault: "caller",
    retryable: false,
    meaning: "One or more fields hold a value that the contract does not allow.",
  },
  MALFORMED_REQUEST: {
    code: Code.InvalidArgument,
    fault: "caller",
    retryable: false,
    meaning: "The request cannot be decoded.",
  },
  PAGE_TOKEN_INVALID: {
    code: Code.InvalidArgument,
    fault: "caller",
    retryable: false,
    meaning: "The page token was not issued by this service for this list, filter and order.",
  },
  REQUEST_ID_REUSED: {
    code: Code.InvalidArgument,
    fault: "caller",
    retryable: false,
    meaning: "The request id (or the generation of a reservation) was used before with other content.",
  },
  PRODUCT_NOT_FOUND: {
    code: Code.NotFound,
    fault: "caller",
    retryable: false,
    meaning: "No product has this id.",
  },
  ORDER_NOT_FOUND: { code: Code.NotFound, fault: "caller", retryable: false, meaning: "No order has this id." },
  RESERVATION_NOT_FOUND: {
    code: Code.NotFound,
    fault: "caller",
    retryable: false,
    meaning: "No reservation has this id.",
  },
  PRODUCT_ALREADY_EXISTS: {
    code: Code.AlreadyExists,
    fault: "caller",
    retryable: false,
    meaning: "Another product has this id.",
  },
  OUT_OF_STOCK: {
    code: Code.FailedPrecondition,
    fault: "caller",
    retryable: false,
    meaning: "Less is in stock than was asked for; nothing was changed.",
  },
  ORDER_CANCELLED: {
    code: Code.FailedPrecondition,
    fault: "caller",
    retryable: false,
    meaning: "The order is cancelled and cannot be changed.",
  },
  ETAG_MISMATCH: {
    code: Code.Aborted,
    fault: "caller",
    retryable: false,
    meaning: "The resource has changed since the etag was read.",
  },
  REQUEST_IN_PROGRESS: {
    code: Code.Aborted,
    fault: "caller",
    retryable: true,
    meaning: "A request with the same request id is still running.",
  },
  CONTENTION: {
    code: Code.Aborted,
    fault: "caller",
    retryable: true,
    meaning: "Another change of the same resource got in the way.",
  },
  DATABASE_UNAVAILABLE: {
    code: Code.Unavailable,
    fault: "service",
    retryable: true,
    meaning: "The database cannot be reached.",
  },
  CACHE_UNAVAILABLE: {
    code: Code.Unavailable,
    fault: "service",
    retryable: true,
    meaning: "The cache cannot be reached, so a write cannot be made visible to every reader.",
  },
  PRODUCT_SERVICE_UNAVAILABLE: {
    code: Code.Unavailable,
    fault: "service",
    retryable: true,
    meaning: "The product service cannot be reached.",
  },
  DEADLINE_EXCEEDED: {
    code: Code.DeadlineExceeded,
    fault: "service",
    retryable: true,
    meaning: "The work was not done before the deadline.",
  },
  MESSAGE_TOO_LARGE: {
    code: Code.ResourceExhausted,
    fault: "caller",
    retryable: false,
    meaning: "The message is larger than the service accepts.",
  },
  RATE_LIMITED: {
    code: Code.ResourceExhausted,
    fault: "caller",
    retryable: true,
    meaning: "The service is at its limit of concurrent work.",
  },
  INTERNAL: {
    code: Code.Internal,
    fault: "service",
    retryable: false,
    meaning: "Something unexpected went wrong; the id in the metadata finds it in the logs.",
  },
} as const satisfies Record<string, ReasonSpec>;

/** A stable reason: `ErrorInfo.reason` on the wire. */
export type Reason = keyof typeof REASONS;

/** `ErrorInfo.domain` of every error. */
export const ERROR_DOMAIN = "skyport";

/** Narrows a string from the wire to a reason of the registry. */
export function isReason(value: string): value is Reason {
  return Object.hasOwn(REASONS, value);
}
