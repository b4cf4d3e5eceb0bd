import type { HttpRequest, HttpResponse } from "../http/http-types.ts";

/** How long the rest of a refused request is read and thrown away, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * When a request is answered before it was read to its end, closing at once would reset the connection and could take the
 * answer away from the caller (RFC 9112, section 9.6). So the rest is read for a moment, then the connection closes.
 */
export function lingerAfter(request: HttpRequest, response: HttpResponse): void {
  if ("stream" in request) return;
  response.on("finish", () => {
    if (request.complete || request.destroyed) return;
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(timer));
    request.once("end", () => clearTimeout(timer));
    request.resume();
  });
}
