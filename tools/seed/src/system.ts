import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { OrderService, ProductService } from "@skyport/proto";
import type { SeedOptions } from "./args.ts";

/** How long a call may take, in milliseconds. */
const CALL_TIMEOUT_MS = 10_000;

/** The running services, each over one HTTP/2 connection. */
export interface System extends Disposable {
  readonly products: Client<typeof ProductService>;
  readonly orders: Client<typeof OrderService>;
}

/**
 * Clients by Connect's binary form over HTTP/2, which costs client and service the least of the protocols; all calls
 * to a service share one connection. Nothing is connected before the first call.
 */
export function openSystem({ productUrl, orderUrl }: Pick<SeedOptions, "productUrl" | "orderUrl">): System {
  const product = new Http2SessionManager(productUrl);
  const order = new Http2SessionManager(orderUrl);
  return {
    products: createClient(ProductService, transport(productUrl, product)),
    orders: createClient(OrderService, transport(orderUrl, order)),
    [Symbol.dispose]() {
      product.abort();
      order.abort();
    },
  };
}

function transport(baseUrl: string, sessionManager: Http2SessionManager): Transport {
  return createConnectTransport({
    baseUrl,
    httpVersion: "2",
    sessionManager,
    acceptCompression: [],
    defaultTimeoutMs: CALL_TIMEOUT_MS,
  });
}
