import { ConnectError, createContextKey, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { Call, setCall } from "../call/call.ts";
import { REQUEST_ID_HEADER } from "../call/request-id.ts";
import { isAbort } from "../errors/error-text.ts";
import { CallRun } from "../steps/call-run.ts";
import type { Step } from "../steps/step.ts";
import { checkResponse } from "./check-response.ts";
import { runStream } from "./run-stream.ts";

const runKey = createContextKey<CallRun | undefined>(undefined, { description: "the call's run" });

/** How Connect's own handlers take part in the steps: as a gate before the body, and an interceptor after it. */
export interface CallFace {
  readonly requestGate: (context: HandlerContext) => void | Promise<void>;
  readonly interceptor: Interceptor;
}

/**
 * The steps' face towards Connect's handlers.
 *
 * The gate begins the call when its headers are here; the interceptor does the middle. What happens between them
 * (reading, decompressing, decoding) and after them (encoding) throws inside Connect, where no interceptor sees it. But
 * every protocol's handler aborts the call's signal with such an error before it writes it, and aborts the signal of
 * every call in the end. So the listener here amends the error in time, and is what ends the call.
 */
export function createCallFace(steps: readonly Step[], writeMaxBytes: number, logger: Logger): CallFace {
  return {
    requestGate(context) {
      const call = new Call({
        method: context.method,
        protocol: context.protocolName,
        timeoutMs: context.timeoutMs(),
        logger,
        header: (name) => context.requestHeader.get(name),
      });
      const run = new CallRun(steps, call);
      setCall(context.values, call);
      context.values.set(runKey, run);
      context.responseHeader.set(REQUEST_ID_HEADER, call.id);
      endWith(context.signal, run);
      return run.enter();
    },
    interceptor: (next) => async (request) => {
      const run = runOf(request.contextValues);
      if (run === undefined) return next(request);
      if (request.stream) return runStream(run, request, next);
      return run.work(request.message, async () => {
        const response = await next(request);
        if (run.call.protocol !== "connect" && !response.stream) {
          const json = request.header.get("content-type")?.includes("json") ?? false;
          checkResponse(request.method.output, response.message, json, writeMaxBytes);
        }
        return response;
      });
    },
  };
}

/** The run that the gate began, for whoever holds the call's context values. */
export function runOf(values: HandlerContext["values"]): CallRun | undefined {
  return values.get(runKey);
}

function endWith(signal: AbortSignal, run: CallRun): void {
  const onAbort = (): void => {
    const reason: unknown = signal.reason;
    // An abort without an error of its own: the call went well, or the caller hung up.
    if (run.stage !== "call" && reason !== run.error && !isAbort(reason)) {
      amend(reason, run.fail(asItWas(reason), run.stage));
    }
    run.end();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
}

/** What the log tells of an error that is about to be amended: nothing else keeps its words. */
function asItWas(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const { rawMessage, code, metadata, cause, stack } = error;
  const copy = new ConnectError(rawMessage, code, metadata, undefined, cause);
  copy.details.push(...error.details);
  copy.isWireError = error.isWireError;
  return stack === undefined ? copy : Object.assign(copy, { stack });
}

/** Gives an error that is already on its way what its mapped form says. */
function amend(error: unknown, mapped: unknown): void {
  if (mapped === error || !(error instanceof ConnectError) || !(mapped instanceof ConnectError)) return;
  const { code, message, rawMessage, details } = mapped;
  Object.assign(error, { code, message, rawMessage, details });
}
