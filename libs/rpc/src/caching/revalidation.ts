import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Call } from "../call/call.ts";
import type { HttpRequest, HttpResponse } from "../http/http-types.ts";
import { entityTag } from "./entity-tag.ts";
import { holds } from "./if-none-match.ts";

/** What caches are told when nobody says otherwise: keep it, for this caller alone, and ask each time whether it still stands. */
export const DEFAULT_CACHE_CONTROL = "private, no-cache";

/** A 304 repeats what its answer says (RFC 9110, section 15.4.5), but for what tells of the body. */
const OF_THE_BODY = ["content-type", "content-encoding", "content-length"];

/**
 * HTTP caching of Connect's GET: an answer whose handler said what it was made from (`Call.stamp`) gets a strong ETag, and
 * a caller who holds that answer a 304 without a body. Connect itself answers 200 whatever the caller holds. Errors
 * are never kept. Everything else passes as it is.
 *
 * @param cacheControl the `Cache-Control` of answers that may be kept
 */
export function revalidated(
  request: HttpRequest,
  response: HttpResponse,
  answer: UniversalServerResponse,
  call: Call | undefined,
  cacheControl: string,
): UniversalServerResponse {
  if (request.method !== "GET") return answer;
  const header = new Headers(answer.header);
  if (answer.status !== 200) {
    header.set("cache-control", "no-store");
    return { ...answer, header };
  }
  if (call?.stamp === undefined) return answer;
  const tag = entityTag(call.stamp, {
    method: call.method,
    contentType: header.get("content-type") ?? "",
    contentEncoding: header.get("content-encoding") ?? "",
  });
  header.set("etag", tag);
  header.set("cache-control", cacheControl);
  header.set("vary", varyOf(response));
  if (!holds(request.headers["if-none-match"], tag)) return { ...answer, header };
  for (const name of OF_THE_BODY) header.delete(name);
  return { status: 304, header };
}

/** CORS may have named the origin already; the compression depends on what the caller accepts. */
function varyOf(response: HttpResponse): string {
  const known = response.getHeader("vary");
  return known === undefined ? "Accept-Encoding" : `${String(known)}, Accept-Encoding`;
}
