import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { InventoryService, OrderService } from "@skyport/proto";
import type { RetryOptions } from "@skyport/rpc";
import type { Addresses } from "./args.ts";
import { type Peer, peerOf } from "./peer.ts";

/** How long a call may take, in milliseconds: a page of a long ledger takes its time. */
const CALL_TIMEOUT_MS = 30_000;

/** The running services, each over one HTTP/2 connection. */
export interface System extends Disposable {
  readonly product: Peer<typeof InventoryService>;
  readonly order: Peer<typeof OrderService>;
}

/** Clients by Connect's binary form. Nothing is connected before the first call. */
export function openSystem({ productUrl, orderUrl }: Addresses, retry: RetryOptions): System {
  const sessions = { product: new Http2SessionManager(productUrl), order: new Http2SessionManager(orderUrl) };
  const inventory = createClient(InventoryService, transport(productUrl, sessions.product));
  const orders = createClient(OrderService, transport(orderUrl, sessions.order));
  return {
    product: peerOf({ name: "product-svc", url: productUrl, client: inventory }, retry),
    order: peerOf({ name: "order-svc", url: orderUrl, client: orders }, retry),
    [Symbol.dispose]() {
      sessions.product.abort();
      sessions.order.abort();
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
