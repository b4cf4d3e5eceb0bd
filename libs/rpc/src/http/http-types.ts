import { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";

/** A request of either HTTP version. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void;

export function isHttp1(response: HttpResponse): response is ServerResponse {
  return response instanceof ServerResponse;
}

export function isHttp1Request(request: HttpRequest): request is IncomingMessage {
  return request instanceof IncomingMessage;
}

/** Sends the headers and the whole body. The two versions' methods have no common call signature. */
export function respond(response: HttpResponse, status: number, headers: Record<string, string>, body = ""): void {
  if (isHttp1(response)) response.writeHead(status, headers).end(body);
  else response.writeHead(status, headers).end(body);
}
