import type { Logger } from "pino";
import type { RpcHandler } from "../connect/rpc-handler.ts";
import type { Readiness } from "../health/readiness.ts";
import { authorityOf, isAuthority } from "./authority.ts";
import { createCors } from "./cors.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, isHttp1 } from "./http-types.ts";
import { createProbes } from "./probes.ts";
import { pathAndQuery } from "./request-target.ts";
import { sendJson } from "./send-json.ts";

export interface HttpHandlerOptions {
  readonly rpc: RpcHandler;
  readonly readiness: Readiness;
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
}

/**
 * What a request meets first: the Host guard, CORS, the RPCs, the probes, and 404. The 404's body is a Connect error, so
 * that a Connect client reports `unimplemented`, as gRPC clients do by the status.
 */
export function createHttpHandler(options: HttpHandlerOptions): HttpHandler {
  const { rpc, readiness, logger } = options;
  const cors = createCors(options.corsOrigins);
  const probes = createProbes(readiness);

  function serve(request: HttpRequest, response: HttpResponse): void {
    if (!isAuthority(authorityOf(request))) {
      refuse(request, response, "the Host header is missing or malformed");
      return;
    }
    const target = pathAndQuery(request.url);
    if (target === undefined) {
      refuse(request, response, "the request target is not a path");
      return;
    }
    request.url = target;
    if (cors(request, response)) return;
    const query = target.indexOf("?");
    const path = query < 0 ? target : target.slice(0, query);
    if (rpc(request, response, path) || probes(request, response, path)) return;
    sendJson(request, response, 404, { code: "unimplemented", message: "there is nothing at this path" });
  }

  return (request, response) => {
    try {
      serve(request, response);
    } catch (err) {
      // Nothing is known to get here. Without this, whatever does would end the process.
      logger.error({ err }, "a request could not be handled");
      sendJson(request, response, 500, { code: "internal", message: "something unexpected went wrong" });
    }
  };
}

function refuse(request: HttpRequest, response: HttpResponse, message: string): void {
  if (isHttp1(response)) response.setHeader("connection", "close");
  sendJson(request, response, 400, { code: "invalid_argument", message });
}
