import type { StreamListener } from "@skyport/fastpath";
import { isAuthority } from "./authority.ts";

/**
 * What a stream of HTTP/2 meets first. What a guard of `createHttpHandler` would have a word about (a bad authority, a
 * browser's origin) becomes a request, and goes there.
 */
export function createStreamHandler(rpc: StreamListener): StreamListener {
  return (stream, headers) =>
    headers.origin === undefined && isAuthority(headers[":authority"] ?? headers.host) && rpc(stream, headers);
}
