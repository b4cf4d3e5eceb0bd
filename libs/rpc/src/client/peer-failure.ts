import { Code, ConnectError } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import { causes, errorText } from "../errors/error-text.ts";
import { fromConnectError } from "./from-connect-error.ts";

/**
 * Why a call to a peer failed:
 * - `answered`: the peer refused it, for the reason that `error` has;
 * - `unreachable`: it gave no answer of its own (no connection, a broken one, a proxy's 502 to 504, or it is shutting
 *   down). Unless `delivered` is false the peer may have done the work;
 * - `timeout`: no answer by the deadline. The peer may have done the work;
 * - `unexpected`: anything else, such as a response that cannot be decoded.
 */
export type PeerFailure =
  | { readonly kind: "answered"; readonly error: DomainError }
  | { readonly kind: "unreachable"; readonly delivered: false | undefined; readonly cause: unknown }
  | { readonly kind: "timeout"; readonly cause: unknown }
  | { readonly kind: "unexpected"; readonly cause: unknown };

/** System errors that come before a byte of the request is sent. */
const NOT_DELIVERED: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);

/** Sorts what a call to a peer has thrown. */
export function peerFailure(cause: unknown): PeerFailure {
  if (cause instanceof DomainError) {
    return cause.reason === "DEADLINE_EXCEEDED" ? { kind: "timeout", cause } : { kind: "answered", error: cause };
  }
  if (!(cause instanceof ConnectError)) return { kind: "unexpected", cause };
  const error = fromConnectError(cause);
  if (error?.reason === "DEADLINE_EXCEEDED") return { kind: "timeout", cause };
  if (error !== undefined) return { kind: "answered", error };
  if (cause.code === Code.DeadlineExceeded) return { kind: "timeout", cause };
  const systemCode = systemCodeOf(cause);
  const broken =
    cause.code === Code.Unavailable ||
    (!cause.isWireError && (systemCode !== undefined || cause.code === Code.Aborted || cause.code === Code.Canceled));
  if (!broken) return { kind: "unexpected", cause };
  const delivered = systemCode !== undefined && NOT_DELIVERED.has(systemCode) ? false : undefined;
  return { kind: "unreachable", delivered, cause };
}

function systemCodeOf(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    const code = errorText(cause, "code");
    if (code !== undefined) return code;
  }
  return undefined;
}
