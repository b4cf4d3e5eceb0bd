import { ConnectError } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import { errorCause, errorText } from "../errors/error-text.ts";

/** How far a chain of causes is followed. */
const MAX_DEPTH = 5;
const MAX_MESSAGE = 500;

/** What a log line holds of an error. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly reason?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/**
 * An error for the log, with its causes. Only named properties pass: drivers hang whole queries with their parameters
 * on their errors, and those are callers' data.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  const message = error instanceof ConnectError ? error.rawMessage : errorText(error, "message");
  if (message === undefined) return { type: typeof error, message: "something that is no error was thrown" };
  const code = errorText(error, "code");
  const stack = errorText(error, "stack");
  const cause = depth < MAX_DEPTH ? errorCause(error) : undefined;
  return {
    type: errorText(error, "name") ?? "Error",
    message: withoutParameters(message),
    ...(code === undefined ? {} : { code }),
    ...(error instanceof DomainError ? { reason: error.reason } : {}),
    ...(stack === undefined ? {} : { stack: frames(stack) }),
    ...(cause === undefined ? {} : { cause: errorFields(cause, depth + 1) }),
  };
}

/** Drizzle writes a query's parameters into the message, after a line of their own. */
function withoutParameters(message: string): string {
  return message.replace(/\nparams:[\s\S]*$/, "").slice(0, MAX_MESSAGE);
}

/** The frames alone: the stack's first lines repeat the message, uncut. */
function frames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())
    .join("\n");
}
