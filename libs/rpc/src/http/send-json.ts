import { type HttpRequest, type HttpResponse, respond } from "./http-types.ts";

/** Sends a small JSON document; HEAD gets the headers alone. Does nothing when the caller is gone. */
export function sendJson(request: HttpRequest, response: HttpResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) };
  respond(response, status, headers, request.method === "HEAD" ? "" : text);
}
