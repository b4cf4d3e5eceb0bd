import { Code, ConnectError } from "@connectrpc/connect";
import { DomainError, deadlineExceeded, reasonOf, toConnectError } from "@skyport/errors";
import type { Call } from "../call/call.ts";
import { isAbort } from "../errors/error-text.ts";
import type { Limits } from "../limits.ts";
import { malformedRequest } from "./malformed-request.ts";
import type { Stage, Step } from "./step.ts";

/**
 * The error edge: whatever was thrown becomes a ConnectError, and each of them carries an ErrorInfo of the registry
 * (AIP-193) unless Connect itself speaks (unknown compression, a method without implementation). What nobody threw on
 * purpose is INTERNAL with nothing but the call's id, which the log line carries too.
 */
export function errorStep(limits: Pick<Limits, "readMaxBytes" | "writeMaxBytes">): Step {
  return { name: "errors", fail: (call, error, stage) => toWireError(call, error, stage, limits) };
}

function toWireError(
  call: Call,
  error: unknown,
  stage: Stage,
  limits: Pick<Limits, "readMaxBytes" | "writeMaxBytes">,
): ConnectError {
  if (error instanceof DomainError) return error.reason === "INTERNAL" ? internal(call, error) : toConnectError(error);
  if (!(error instanceof ConnectError)) return ofUnknown(call, error);
  // A peer's error that no handler has translated: its details speak of a call that our caller did not make.
  if (error.isWireError) return internal(call, error);
  if (reasonOf(error) !== undefined) return error;
  return fromConnect(call, error, stage, limits);
}

function fromConnect(
  call: Call,
  error: ConnectError,
  stage: Stage,
  limits: Pick<Limits, "readMaxBytes" | "writeMaxBytes">,
): ConnectError {
  if (error.code === Code.DeadlineExceeded) return toConnectError(deadlineExceeded(error));
  if (error.code === Code.ResourceExhausted && stage !== "call") {
    const [subject, max] =
      stage === "request" ? (["request", limits.readMaxBytes] as const) : (["response", limits.writeMaxBytes] as const);
    return toConnectError(messageTooLarge(subject, max, error));
  }
  if (stage === "request" && (error.code === Code.InvalidArgument || error.code === Code.Internal)) {
    return toConnectError(malformedRequest(error));
  }
  return error.code === Code.Internal || error.code === Code.Unknown ? internal(call, error) : error;
}

/** MESSAGE_TOO_LARGE with the limit. */
export function messageTooLarge(subject: "request" | "response", maxBytes: number, cause?: unknown): DomainError {
  return new DomainError("MESSAGE_TOO_LARGE", `the ${subject} message is larger than ${maxBytes} bytes`, {
    quota: { subject: `${subject} message`, description: `at most ${maxBytes} bytes, after decompression` },
    cause,
  });
}

function ofUnknown(call: Call, error: unknown): ConnectError {
  if (isAbort(error)) {
    // Work that obeyed a signal: the caller's, or the deadline's.
    if (call.abandoned) return new ConnectError("the caller hung up", Code.Canceled, undefined, undefined, error);
    if (call.deadline.expired) return toConnectError(deadlineExceeded(error));
  }
  return internal(call, error);
}

function internal(call: Call, cause: unknown): ConnectError {
  return toConnectError(
    new DomainError("INTERNAL", "something unexpected went wrong", { metadata: { id: call.id }, cause }),
  );
}
