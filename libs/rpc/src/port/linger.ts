import { constants } from "node:http2";
import { type HttpRequest, type HttpResponse, isHttp1 } from "../http/http-types.ts";

/** How long the rest of a refused request is read and thrown away, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * When a request is answered before it was read to its end, closing at once would reset the connection and could take the
 * answer away from the caller (RFC 9112, section 9.6). So the rest is read for a moment; then the connection closes,
 * or, on HTTP/2, the stream (RFC 9113, section 8.1): a caller who never stops to send holds neither.
 */
export function lingerAfter(request: HttpRequest, response: HttpResponse): void {
  // On HTTP/2 the response's own "finish" comes only when the stream has closed.
  const sent = isHttp1(response) ? response : response.stream;
  sent.once("finish", () => {
    if (request.complete || request.destroyed) return;
    const timer = setTimeout(() => {
      if (isHttp1(response)) request.socket.destroy();
      else response.stream.close(constants.NGHTTP2_NO_ERROR);
    }, LINGER_MS);
    request.once("close", () => clearTimeout(timer));
    request.resume();
  });
}
