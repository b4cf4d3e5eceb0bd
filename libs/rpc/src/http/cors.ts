import { cors } from "@connectrpc/connect";
import { REQUEST_ID_HEADER } from "../call/request-id.ts";
import { type HttpRequest, type HttpResponse, respond } from "./http-types.ts";

/** How long a browser may keep the answer to a preflight, in seconds: two hours, the longest that Chromium keeps one. */
const MAX_AGE_S = 7_200;

const ALLOWED_METHODS = cors.allowedMethods.join(", ");
const ALLOWED_HEADERS = [...cors.allowedHeaders, REQUEST_ID_HEADER].join(", ");
const EXPOSED_HEADERS = [...cors.exposedHeaders, REQUEST_ID_HEADER, "etag"].join(", ");

/**
 * Answers browsers of the given origins (`https://shop.example`, or `*` for every one). Credentials are never allowed:
 * callers authenticate by a header, not a cookie. Returns true when the request was a preflight and is answered.
 */
export function createCors(origins: readonly string[]): (request: HttpRequest, response: HttpResponse) => boolean {
  const every = origins.includes("*");
  const allowed = new Set(origins);
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || origins.length === 0) return false;
    const preflight = request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
    if (!every) response.setHeader("vary", "Origin");
    if (every || allowed.has(origin)) {
      response.setHeader("access-control-allow-origin", every ? "*" : origin);
      if (preflight) {
        response.setHeader("access-control-allow-methods", ALLOWED_METHODS);
        response.setHeader("access-control-allow-headers", ALLOWED_HEADERS);
        response.setHeader("access-control-max-age", String(MAX_AGE_S));
      } else {
        response.setHeader("access-control-expose-headers", EXPOSED_HEADERS);
      }
    }
    if (preflight) respond(response, 204, {});
    return preflight;
  };
}
