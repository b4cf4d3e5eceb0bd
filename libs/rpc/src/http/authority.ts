import type { HttpRequest } from "./http-types.ts";

/** host or host:port as RFC 3986 has them, without user information. */
const SHAPE = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::\d{0,5})?$/i;
const MAX_KNOWN = 256;
const known = new Set<string>();

/** The authority that a request names: `:authority` on HTTP/2, else the Host header. */
export function authorityOf(request: HttpRequest): string | undefined {
  return "authority" in request ? request.authority : request.headers.host;
}

/**
 * Whether a URL can be built from the authority. Connect's adapter builds one outside of every try: a value for which
 * that throws would end the process.
 */
export function isAuthority(value: string | undefined): boolean {
  if (value === undefined) return false;
  if (known.has(value)) return true;
  if (!SHAPE.test(value) || !URL.canParse(`http://${value}/`)) return false;
  if (known.size < MAX_KNOWN) known.add(value);
  return true;
}
