import type { IncomingMessage, ServerResponse } from "node:http";
import type { ContextValues } from "@connectrpc/connect";
import { type BeginCall, NO_HOOKS } from "../core/call-hooks.ts";
import type { MethodPlan } from "../core/method-plan.ts";
import { Negotiation } from "../core/negotiation.ts";
import { ConnectCall, type ConnectCallOptions } from "./connect-call.ts";
import { bodyFormat, readHead } from "./request-head.ts";

export interface ConnectListenerOptions {
  /** What is served; of two plans with one path the last counts. */
  readonly plans: Iterable<MethodPlan>;
  /** Before the path of every method: `/api`. Default none. */
  readonly requestPathPrefix?: string;
  /** Takes part in each call. Default: nothing does. */
  readonly begin?: BeginCall;
  /** A caller's timeout above this is cut to it, in milliseconds. Default: none is. */
  readonly timeoutCapMs?: number;
  /** The values of a call's context, made when a handler asks for them. Default: empty ones. */
  readonly contextValues?: (request: IncomingMessage) => ContextValues;
  /** Hears of an answer that could not be sent; its connection is closed. Default: a warning of the process. */
  readonly onSendFailure?: (error: unknown, path: string) => void;
}

/** Serves the request and returns true, or returns false and has not touched it. */
export type ConnectListener = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves unary calls by Connect's protocol over HTTP/1.1: POST of `application/json` or `application/proto` that is not
 * compressed. Everything else is for Connect's own handlers.
 */
export function createConnectListener(options: ConnectListenerOptions): ConnectListener {
  const { requestPathPrefix = "", begin = () => NO_HOOKS, timeoutCapMs } = options;
  const routes = new Map<string, { plan: MethodPlan; negotiation: Negotiation }>();
  for (const plan of options.plans) {
    const negotiation = new Negotiation(plan.options.acceptCompression);
    routes.set(requestPathPrefix + plan.path, { plan, negotiation });
  }
  const shared: ConnectCallOptions = {
    contextValues: options.contextValues,
    onSendFailure: options.onSendFailure ?? warn,
  };
  return (request, response) => {
    const route = routes.get(request.url ?? "");
    if (route === undefined) return false;
    const binary = bodyFormat(request);
    if (binary === undefined) return false;
    const { plan, negotiation } = route;
    const head = readHead(request, plan, timeoutCapMs);
    const compression = negotiation.choose(request.headers["accept-encoding"]);
    const call = new ConnectCall(plan, binary, shared, request, response, head, compression);
    call.begin(begin(call));
    return true;
  };
}

function warn(error: unknown, path: string): void {
  process.emitWarning(`${path}: the answer could not be sent: ${error instanceof Error ? error.message : error}`);
}
