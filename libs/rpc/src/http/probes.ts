import type { Readiness } from "../health/readiness.ts";
import type { HttpRequest, HttpResponse } from "./http-types.ts";
import { sendJson } from "./send-json.ts";

/**
 * `/healthz`: the process answers. `/readyz`: it may be sent traffic; 503 names the checks that fail. Both for GET and
 * HEAD. Returns false for every other path.
 */
export function createProbes(
  readiness: Readiness,
): (request: HttpRequest, response: HttpResponse, path: string) => boolean {
  return (request, response, path) => {
    if (path !== "/healthz" && path !== "/readyz") return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      sendJson(request, response, 405, { message: "method not allowed" });
    } else if (path === "/healthz") {
      sendJson(request, response, 200, { status: "ok" });
    } else {
      readiness.check().then(({ ready, failing }) => {
        const body = ready ? { status: "ready" } : { status: "not ready", failing };
        sendJson(request, response, ready ? 200 : 503, body);
      });
    }
    return true;
  };
}
