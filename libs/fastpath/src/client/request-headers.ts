import type { OutgoingHttpHeaders } from "node:http2";
import { requestHeader } from "@connectrpc/connect/protocol-grpc";

/** What `new Headers` takes. */
type CallerHeaders = ConstructorParameters<typeof Headers>[0];

/** Names and values that mean to HTTP/2 what they mean to `Headers`, which trims and checks them, as they are. */
const PLAIN_NAME = /^[a-z0-9-]+$/;
const PLAIN_VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** The largest number that a timeout of gRPC has room for. */
const MOST_DIGITS = 99_999_999;

const own = requestHeader(true, undefined, undefined);
const CONTENT_TYPE = own.get("content-type") ?? "";
const USER_AGENT = own.get("user-agent") ?? "";

/**
 * The headers of a call with the caller's own. A few plain ones, as nearly every call has, are taken over without the
 * `Headers` that Connect makes of them, which cost as much as the encoding of a small message.
 */
export function requestHeaders(header: CallerHeaders, timeoutMs: number | undefined): OutgoingHttpHeaders {
  const headers = plainHeaders(header) ?? checkedHeaders(header);
  headers["content-type"] = CONTENT_TYPE;
  headers["user-agent"] ??= USER_AGENT;
  headers["te"] = "trailers";
  if (timeoutMs !== undefined) headers["grpc-timeout"] = grpcTimeout(timeoutMs);
  return headers;
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: a whole number of at most eight digits. */
function grpcTimeout(ms: number): string {
  return ms <= MOST_DIGITS ? `${Math.ceil(ms)}m` : `${Math.min(MOST_DIGITS, Math.ceil(ms / 1_000))}S`;
}

/** Undefined when there is something in it that is not plain. */
function plainHeaders(header: CallerHeaders): OutgoingHttpHeaders | undefined {
  const plain: OutgoingHttpHeaders = {};
  if (header === undefined) return plain;
  if (header instanceof Headers || Symbol.iterator in header) return undefined;
  for (const [name, value] of Object.entries(header)) {
    if (typeof value !== "string" || !PLAIN_NAME.test(name) || !PLAIN_VALUE.test(value)) return undefined;
    plain[name] = value;
  }
  return plain;
}

function checkedHeaders(header: CallerHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(new Headers(header));
}
