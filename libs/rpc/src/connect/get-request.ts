import { base64Decode } from "@bufbuild/protobuf/wire";
import { errorToJson } from "@connectrpc/connect/protocol-connect";
import { DomainError, toConnectError } from "@skyport/errors";
import type { HttpRequest, HttpResponse } from "../http/http-types.ts";
import { sendJson } from "../http/send-json.ts";

/**
 * Refuses a Connect GET whose message is not base64 as it claims: Connect's handler would report that as an internal
 * error. Returns true when it has answered.
 */
export function refuseUndecodableGet(request: HttpRequest, response: HttpResponse): boolean {
  if (request.method !== "GET" || isDecodable(request.url ?? "")) return false;
  const error = toConnectError(new DomainError("MALFORMED_REQUEST", "the query parameter message is not base64"));
  sendJson(request, response, 400, errorToJson(error, undefined));
  return true;
}

function isDecodable(target: string): boolean {
  const start = target.indexOf("?");
  if (start < 0) return true;
  const query = new URLSearchParams(target.slice(start));
  if (query.get("base64") !== "1") return true;
  try {
    base64Decode(query.get("message") ?? "");
    return true;
  } catch {
    return false;
  }
}
