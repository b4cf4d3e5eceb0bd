import { IncomingMessage, ServerResponse } from "node:http";
import { type ConnectNodeAdapterOptions, connectNodeAdapter } from "@connectrpc/connect-node";
import { createConnectListener } from "./connect-listener.ts";
import { ACCEPT_COMPRESSION, recordPlans } from "./record-plans.ts";

type NodeListener = ReturnType<typeof connectNodeAdapter>;

/**
 * Connect's node adapter with the fast path in front of it: it takes the same options, and its listener serves the same
 * requests, on `node:http` and `node:http2`. What the fast path does not know goes to Connect's own handlers, and so do
 * all calls of methods with interceptors or a request gate.
 *
 * A Host from which no URL can be made is answered with 400: the stock adapter throws outside of every handler, which
 * ends the process.
 */
export function fastNodeAdapter(options: ConnectNodeAdapterOptions): NodeListener {
  const complete = { ...options, acceptCompression: options.acceptCompression ?? ACCEPT_COMPRESSION };
  const { routes, plans } = recordPlans(complete);
  const stock = connectNodeAdapter({ ...complete, routes });
  const fast = createConnectListener({
    plans: plans.values(),
    requestPathPrefix: options.requestPathPrefix ?? "",
    ...(options.contextValues === undefined ? {} : { contextValues: options.contextValues }),
  });
  return (request, response) => {
    const host = "authority" in request ? request.authority : request.headers.host;
    if (host === undefined || !URL.canParse(`http://${host}/`)) {
      response.statusCode = 400;
      response.end();
      return;
    }
    const http1 = request instanceof IncomingMessage && response instanceof ServerResponse;
    if (!(http1 && fast(request, response))) stock(request, response);
  };
}
