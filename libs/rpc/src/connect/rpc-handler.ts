import { type ConnectRouter, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { StreamListener } from "@skyport/fastpath";
import type { Logger } from "pino";
import { revalidated } from "../caching/revalidation.ts";
import { type HttpRequest, type HttpResponse, isHttp1, isHttp1Request } from "../http/http-types.ts";
import type { Limits } from "../limits.ts";
import type { Step } from "../steps/step.ts";
import { createCallFace, runOf } from "./call-face.ts";
import { createFastFace } from "./fast-face.ts";
import { refuseUndecodableGet } from "./get-request.ts";
import { plainGrpcMessage } from "./grpc-message.ts";
import { requestBody } from "./request-body.ts";
import { createStepRouter } from "./router.ts";
import { capTimeoutHeaders } from "./timeout-headers.ts";

export interface RpcHandlerOptions {
  readonly routes: (router: ConnectRouter) => void;
  readonly steps: readonly Step[];
  readonly limits: Limits;
  readonly logger: Logger;
  /** Aborts the signal of calls that outlive the grace period of a shutdown. */
  readonly shutdownSignal: AbortSignal;
  /** Whether unary calls of Connect over HTTP/1.1, and of gRPC, go past Connect's own handlers. */
  readonly fastPath: boolean;
  /** The `Cache-Control` of answers to GET that may be kept. */
  readonly cacheControl: string;
}

/** Serves a request of any of Connect's protocols when its path is a method's; returns false when it is not. */
export type RpcHandler = (request: HttpRequest, response: HttpResponse, path: string) => boolean;

/** What serves calls: requests, and streams of HTTP/2 that are not made into requests at all. */
export interface RpcHandlers {
  readonly request: RpcHandler;
  readonly stream: StreamListener;
}

/**
 * Connect's handlers behind the steps, on node:http and node:http2. It does what connect-node's own adapter does, with
 * a body that ends in time and errors that go to the log.
 */
export function createRpcHandlers(options: RpcHandlerOptions): RpcHandlers {
  const { limits, logger, shutdownSignal, steps, routes } = options;
  const face = createCallFace(steps, limits.writeMaxBytes, logger);
  const { router, plans } = createStepRouter(face, limits, shutdownSignal);
  routes(router);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  const fast = options.fastPath ? createFastFace(plans, steps, limits, logger) : undefined;

  const serveRequest: RpcHandler = (request, response, path) => {
    if (isHttp1(response) && isHttp1Request(request) && fast?.connect(request, response)) return true;
    const handler = handlers.get(path);
    if (handler === undefined) return false;
    serve(handler, request, response, options).catch((err: unknown) => {
      logger.warn({ err, path }, "the response could not be sent");
      response.destroy();
    });
    return true;
  };
  return { request: serveRequest, stream: fast?.grpc ?? (() => false) };
}

async function serve(
  handler: UniversalHandler,
  request: HttpRequest,
  response: HttpResponse,
  { limits, cacheControl, shutdownSignal }: RpcHandlerOptions,
): Promise<void> {
  if (refuseUndecodableGet(request, response)) return;
  const values = createContextValues();
  const universal = universalRequestFromNodeRequest(request, response, undefined, values);
  capTimeoutHeaders(universal.header, limits.maxTimeoutMs);
  const onAbort = (): void => {
    const run = runOf(values);
    if (run !== undefined && !run.over) run.call.abandoned = true;
  };
  universal.signal.addEventListener("abort", onAbort, { once: true });
  const made = await handler({ ...universal, body: requestBody(request, () => runOf(values), shutdownSignal) });
  const answer = revalidated(request, response, made, runOf(values)?.call, cacheControl);
  try {
    const { body, trailer } = answer;
    const sent = body && trailer ? { ...answer, body: plainGrpcMessage(body, trailer) } : answer;
    await universalResponseToNodeResponse(sent, response);
  } catch (error) {
    // A caller who hung up is no fault of the service, and the call's own log line tells of it.
    if (!universal.signal.aborted) throw error;
  }
}
