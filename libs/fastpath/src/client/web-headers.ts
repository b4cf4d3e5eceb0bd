import type { IncomingHttpHeaders } from "node:http2";

/** Headers of `node:http2` as the web's, without HTTP/2's own (`:status`). */
export function webHeaders(headers: IncomingHttpHeaders): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    if (Array.isArray(value)) for (const one of value) all.append(name, one);
    else all.append(name, String(value));
  }
  return all;
}
