import type { HandlerContext } from "@connectrpc/connect";
import { errorText } from "../../../src/errors/error-text.ts";
import type { Call } from "../../../src/index.ts";

/** Times differ by moments: whole seconds, rounded up, do not. */
const seconds = (ms: number | undefined): number | undefined =>
  ms === undefined || ms <= 0 ? ms && 0 : Math.ceil(ms / 1_000);

/** Everything that a handler can know of its call. */
export function inspect(context: HandlerContext): string {
  return JSON.stringify({
    protocol: context.protocolName,
    verb: context.requestMethod,
    url: context.url,
    service: context.service.typeName,
    method: context.method.name,
    timeout: seconds(context.timeoutMs()),
    aborted: context.signal.aborted,
    request: [...context.requestHeader],
    response: [...context.responseHeader],
    trailer: [...context.responseTrailer],
  });
}

/** A copy made by spreading must hold all of it too: wrappers of handlers do that. */
export function spread(context: HandlerContext): string {
  const copy: HandlerContext = { ...context };
  return JSON.stringify({
    protocol: copy.protocolName,
    verb: copy.requestMethod,
    url: copy.url,
    service: copy.service?.typeName,
    method: copy.method?.name,
    timeout: typeof copy.timeoutMs,
    signal: copy.signal?.aborted,
    headers: [copy.requestHeader, copy.responseHeader, copy.responseTrailer].map((headers) => typeof headers?.get),
    values: typeof copy.values?.get,
  });
}

export function inspectCall(call: Call): string {
  return JSON.stringify({
    procedure: call.procedure,
    protocol: call.protocol,
    timeout: seconds(call.timeoutMs),
    left: seconds(call.deadline.remainingMs),
    principal: call.principal,
    abandoned: call.abandoned,
    agent: call.header("user-agent"),
    absent: call.header("x-absent"),
  });
}

/** Why a signal aborted. */
export function describeReason(reason: unknown): string {
  if (reason === undefined) return "undefined";
  const code: unknown = typeof reason === "object" && reason !== null ? Reflect.get(reason, "code") : undefined;
  return `${errorText(reason, "name")} ${String(code)}: ${errorText(reason, "message")}`;
}
