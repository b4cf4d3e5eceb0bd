import { REASONS, type Reason, type ReasonSpec } from "./registry.ts";

/** One field at fault. `field` is the path in the request message: `order.line_items[2].quantity`. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** One unmet condition. `subject` names the resource: `products/the_odyssey`. */
export interface PreconditionViolation {
  readonly type: Reason;
  readonly subject: string;
  readonly description: string;
}

/** One resource that an error is about. */
export interface ResourceRef {
  /** The full name of the resource's message: `skyport.product.v1.Product`. */
  readonly type: string;
  /** Its name: `products/the_odyssey`. */
  readonly name: string;
  readonly description: string;
}

/** What an error may carry beside its reason and message; each becomes one google.rpc detail at the edge. */
export interface DomainErrorDetails {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fields?: readonly FieldViolation[];
  readonly preconditions?: readonly PreconditionViolation[];
  readonly resources?: readonly ResourceRef[];
  /** The limit that was exceeded, in words. */
  readonly quota?: { readonly subject: string; readonly description: string };
  /** Milliseconds after which a repeat is worth while; retryable reasons get a default. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The delay that a retryable error recommends when it names none, in milliseconds. */
export const DEFAULT_RETRY_AFTER_MS = 200;

/**
 * The one error that Skyport's code throws on purpose: a stable reason, a message for people, and typed details.
 * The edge (see `toConnectError`) is the only place that turns it into a protocol's error.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly reason: Reason;
  readonly details: DomainErrorDetails;

  constructor(reason: Reason, message: string, details: DomainErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.details = details;
  }

  /** The registry's entry for this error's reason. */
  get spec(): ReasonSpec {
    return REASONS[this.reason];
  }

  /** Milliseconds to wait before a repeat, or undefined when a repeat cannot help. */
  get retryAfterMs(): number | undefined {
    return this.details.retryAfterMs ?? (this.spec.retryable ? DEFAULT_RETRY_AFTER_MS : undefined);
  }
}
