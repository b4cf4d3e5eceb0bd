import type { IncomingMessage } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";

/** How long the rest of a refused request is read and thrown away, in milliseconds. */
export const LINGER_MS = 1_000;

/**
 * When a request is answered before it was read to its end, closing at once would reset the connection and could take the
 * answer away from the caller (RFC 9112, section 9.6). So the rest is read for a moment; then the connection closes: a
 * caller who never stops to send does not hold it. To be called when the answer is out.
 */
export function lingerOnHttp1(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), LINGER_MS);
  request.once("close", () => clearTimeout(timer));
  request.resume();
}

/** The same for a stream of HTTP/2, which is closed instead of the connection (RFC 9113, section 8.1). */
export function lingerOnHttp2(request: Http2ServerRequest, response: Http2ServerResponse): void {
  // The response's own "finish" comes only when the stream has closed.
  response.stream.once("finish", () => {
    if (request.complete || request.destroyed) return;
    const timer = setTimeout(() => response.stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS);
    request.once("close", () => clearTimeout(timer));
    request.resume();
  });
}
