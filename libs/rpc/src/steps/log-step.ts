import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { DomainError, isReason, REASONS, reasonOf } from "@skyport/errors";
import type { Call } from "../call/call.ts";
import type { Outcome, Step } from "./step.ts";

/**
 * One line a call: id, method, protocol, code, reason and milliseconds. `info` when it went well or the caller hung up, `warn` for the
 * caller's mistakes, `error` with the error and its causes for the service's. Calls of `quiet` services that go well
 * are `debug`: probes come every second. It holds no body, no header and no field of a message.
 */
export function logStep(quiet: ReadonlySet<string>): Step {
  return {
    name: "log",
    leave(call, outcome) {
      const level = levelOf(call, outcome, quiet);
      const logger = call.serverLogger;
      if (!logger.isLevelEnabled(level)) return;
      const ms = Math.round((performance.now() - call.startedAt) * 1000) / 1000;
      if (outcome.ok && !call.abandoned) {
        logger[level]({ id: call.id, method: call.procedure, protocol: call.protocol, code: "ok", ms }, "call");
        return;
      }
      logger[level](
        {
          id: call.id,
          method: call.procedure,
          protocol: call.protocol,
          ...describe(call, outcome),
          ms,
          ...(level === "error" && !outcome.ok ? { err: culprit(outcome.error) } : {}),
        },
        "call",
      );
    },
  };
}

type Level = "debug" | "info" | "warn" | "error";

function levelOf(call: Call, outcome: Outcome, quiet: ReadonlySet<string>): Level {
  if (outcome.ok || call.abandoned) return quiet.has(call.method.parent.typeName) ? "debug" : "info";
  const { error } = outcome;
  const reason = error instanceof ConnectError ? reasonOf(error) : undefined;
  if (reason !== undefined && isReason(reason)) return REASONS[reason].fault === "caller" ? "warn" : "error";
  return error instanceof ConnectError && CALLER_CODES.has(error.code) ? "warn" : "error";
}

/** Codes of errors without a reason (Connect's own) that tell of a caller's mistake. */
const CALLER_CODES: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.Aborted,
  Code.OutOfRange,
  Code.Unimplemented,
  Code.Unauthenticated,
]);

function describe(call: Call, outcome: Outcome): { code: string; reason?: string } {
  if (call.abandoned) return { code: codeToString(Code.Canceled) };
  if (outcome.ok) return { code: "ok" };
  if (!(outcome.error instanceof ConnectError)) return { code: codeToString(Code.Internal) };
  const reason = reasonOf(outcome.error);
  return { code: codeToString(outcome.error.code), ...(reason === undefined ? {} : { reason }) };
}

/** The error that was thrown: not the form that went to the caller, nor the INTERNAL that hides it. */
function culprit(error: unknown): unknown {
  const thrown = error instanceof ConnectError && error.cause !== undefined ? error.cause : error;
  return thrown instanceof DomainError && thrown.reason === "INTERNAL" ? (thrown.cause ?? thrown) : thrown;
}
