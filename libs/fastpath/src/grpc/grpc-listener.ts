import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type BeginCall, NO_HOOKS } from "../core/call-hooks.ts";
import type { MethodPlan } from "../core/method-plan.ts";
import { Negotiation } from "../core/negotiation.ts";
import { GrpcCall, type GrpcCallOptions } from "./grpc-call.ts";
import { messageFormat, readGrpcHead } from "./grpc-head.ts";

export interface GrpcListenerOptions {
  /** What is served; of two plans with one path the last counts. */
  readonly plans: Iterable<MethodPlan>;
  /** Takes part in each call. Default: nothing does. */
  readonly begin?: BeginCall;
  /** A caller's timeout above this is cut to it, in milliseconds. Default: none is. */
  readonly timeoutCapMs?: number;
  /** How long the rest of a request is read that was answered before its end, in milliseconds. Default 1,000. */
  readonly lingerMs?: number;
  /** Hears of an answer that could not be sent; its stream is closed. Default: a warning of the process. */
  readonly onSendFailure?: (error: unknown, path: string) => void;
}

/** Serves the stream and returns true, or returns false and has not touched it. */
export type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

/**
 * Serves unary calls of gRPC whose messages are not compressed, on the streams of `node:http2`. Everything else is for
 * Connect's own handlers. Whether the authority is one is for whoever calls it to see.
 */
export function createGrpcListener(options: GrpcListenerOptions): StreamListener {
  const { begin = () => NO_HOOKS, timeoutCapMs } = options;
  const routes = new Map<string, { plan: MethodPlan; negotiation: Negotiation }>();
  for (const plan of options.plans) {
    routes.set(plan.path, { plan, negotiation: new Negotiation(plan.options.acceptCompression) });
  }
  const shared: GrpcCallOptions = {
    lingerMs: options.lingerMs ?? 1_000,
    onSendFailure: options.onSendFailure ?? warn,
  };
  return (stream, headers) => {
    const route = routes.get(headers[":path"] ?? "");
    if (route === undefined) return false;
    const binary = messageFormat(headers);
    if (binary === undefined) return false;
    const { plan, negotiation } = route;
    const head = readGrpcHead(headers, plan.options.maxTimeoutMs, timeoutCapMs);
    const compression = negotiation.choose(headers["grpc-accept-encoding"]);
    const call = new GrpcCall(plan, binary, shared, stream, headers, head, compression);
    call.begin(begin(call));
    return true;
  };
}

/**
 * Puts a listener before those that a server has, which get what it does not serve: Node's own, which makes the request
 * and response objects of `node:http` out of a stream, among them. They have to be there already.
 */
export function serveStreamsFirst(server: Http2Server, listener: StreamListener): void {
  const others = server.listeners("stream");
  server.removeAllListeners("stream");
  server.on("stream", (stream, headers, flags, rawHeaders) => {
    if (listener(stream, headers)) return;
    for (const other of others) Reflect.apply(other, server, [stream, headers, flags, rawHeaders]);
  });
}

function warn(error: unknown, path: string): void {
  process.emitWarning(`${path}: the answer could not be sent: ${error instanceof Error ? error.message : error}`);
}
