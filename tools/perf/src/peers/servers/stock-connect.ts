import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ProductService } from "@skyport/proto";
import { makeProducts } from "../product.ts";
import { listenAnywhere } from "./listening.ts";

function adapter() {
  const products = makeProducts();
  const routes = (router: ConnectRouter): void => {
    router.service(ProductService, {
      getProduct: ({ id }) => {
        const found = products.get(id);
        if (found === undefined) throw new ConnectError(`no product ${id}`, Code.NotFound);
        return found;
      },
    });
  };
  return connectNodeAdapter({ routes });
}

/** connect-node's own adapter over HTTP/1.1, without interceptors. */
export function serveStockHttp(): Promise<number> {
  return listenAnywhere(createServer(adapter()));
}

/** The same over HTTP/2 without TLS, for gRPC. */
export function serveStockGrpc(): Promise<number> {
  return listenAnywhere(createHttp2Server(adapter()));
}
