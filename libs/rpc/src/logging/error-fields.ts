import { ConnectError } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";

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
  if (!(error instanceof Error)) return { type: typeof error, message: "a value that is no Error was thrown" };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const cause = depth < MAX_DEPTH && error.cause !== undefined ? errorFields(error.cause, depth + 1) : undefined;
  return {
    type: error.name,
    message: withoutParameters(error instanceof ConnectError ? error.rawMessage : error.message),
    ...(code === undefined ? {} : { code }),
    ...(error instanceof DomainError ? { reason: error.reason } : {}),
    ...(error.stack === undefined ? {} : { stack: frames(error.stack) }),
    ...(cause === undefined ? {} : { cause }),
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
