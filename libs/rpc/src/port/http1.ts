import { createServer, type Server } from "node:http";
import type { HttpHandler } from "../http/http-types.ts";
import type { Limits } from "../limits.ts";

/** An HTTP/1.1 server that listens nowhere: connections are handed to it. */
export function createHttp1(handler: HttpHandler, limits: Limits): Server {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
    handler,
  );
  // Node begins to look at the time limits when the server says that it listens; this one never does by itself.
  server.emit("listening");
  return server;
}
