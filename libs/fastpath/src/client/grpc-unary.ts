import type { DescMessage, DescMethodUnary } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { Http2SessionManager } from "@connectrpc/connect-node";
import { type ClientMethod, planClientMethod } from "./client-method.ts";
import { type ExchangeOptions, GrpcExchange } from "./grpc-exchange.ts";
import { nodeReason } from "./node-reason.ts";
import { requestHeaders } from "./request-headers.ts";

export interface GrpcUnaryOptions {
  /** `http://127.0.0.1:8081` */
  readonly baseUrl: string;
  /** Keeps the connection. */
  readonly sessions: Pick<Http2SessionManager, "request" | "notifyResponseByteRead">;
  /** Time of a call that names none, in milliseconds. Default: no end. */
  readonly defaultTimeoutMs?: number;
  /** Largest response message, in bytes. Default: none (4 GiB). */
  readonly readMaxBytes?: number;
}

/**
 * The `unary` of a Connect transport: calls by binary gRPC over the streams of `node:http2`, without compression and
 * interceptors. Its answers and errors are those of connect-node's `createGrpcTransport`, at a quarter of the cost: one
 * object a call, one timer, no signal of its own, no generators, and `Headers` only for who asks.
 */
export function createGrpcUnary(options: GrpcUnaryOptions): Transport["unary"] {
  const { baseUrl, sessions, defaultTimeoutMs, readMaxBytes = 0xffffffff } = options;
  const shared: ExchangeOptions = { readMaxBytes, onBytes: (stream) => sessions.notifyResponseByteRead(stream) };
  const methods = new WeakMap<DescMethodUnary, unknown>();
  const planOf = <I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>): ClientMethod<I, O> => {
    // What is kept under a method was made for it.
    const known = methods.get(method) as ClientMethod<I, O> | undefined;
    if (known !== undefined) return known;
    const plan = planClientMethod(method, baseUrl, readMaxBytes);
    methods.set(method, plan);
    return plan;
  };
  return (method, signal, timeoutMs = defaultTimeoutMs, header, input) =>
    new Promise((resolve, reject) => {
      // As Connect has it, a timeout of nothing or less is none.
      const limitMs = timeoutMs !== undefined && timeoutMs <= 0 ? undefined : timeoutMs;
      const plan = planOf(method);
      const frame = plan.encode(input);
      const headers = requestHeaders(header, limitMs);
      const exchange = new GrpcExchange(plan, shared, signal, limitMs, resolve, reject);
      if (signal?.aborted === true) {
        exchange.handleEvent();
        return;
      }
      sessions
        .request("POST", plan.path, headers, {})
        .then((stream) => exchange.send(stream, frame))
        .catch((reason: unknown) => exchange.fail(nodeReason(reason)));
    });
}
