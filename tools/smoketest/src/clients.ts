import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { InventoryService, OrderService, ProductService } from "@skyport/proto";
import type { Addresses } from "./config.ts";

/** How long any call may take, in milliseconds. */
export const CALL_TIMEOUT_MS = 10_000;

/** The generated clients; what they speak is all that differs between protocols. */
export interface Clients {
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
  readonly orders: Client<typeof OrderService>;
}

/** One way to speak to a service. */
export interface Protocol {
  readonly name: string;
  /** For ids of what is made over it. */
  readonly slug: string;
  /** A transport to one service. `session` is the connection that those over HTTP/2 use. */
  readonly transport: (baseUrl: string, session: Http2SessionManager) => Transport;
}

const common = { defaultTimeoutMs: CALL_TIMEOUT_MS };

export const GRPC: Protocol = {
  name: "gRPC over HTTP/2",
  slug: "grpc",
  transport: (baseUrl, sessionManager) => createGrpcTransport({ ...common, baseUrl, sessionManager }),
};

/** Connect with GET for the methods that only read. */
export const CONNECT_GET: Protocol = {
  name: "Connect JSON over HTTP/1.1, reads by GET",
  slug: "connect-get",
  transport: (baseUrl) =>
    createConnectTransport({ ...common, baseUrl, httpVersion: "1.1", useBinaryFormat: false, useHttpGet: true }),
};

/** All the ways that the whole flow is run over. */
export const PROTOCOLS: readonly Protocol[] = [
  {
    name: "Connect JSON over HTTP/1.1",
    slug: "connect-json",
    transport: (baseUrl) => createConnectTransport({ ...common, baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  },
  {
    name: "Connect binary over HTTP/2",
    slug: "connect-binary",
    transport: (baseUrl, sessionManager) =>
      createConnectTransport({ ...common, baseUrl, httpVersion: "2", sessionManager }),
  },
  GRPC,
  {
    name: "gRPC-web over HTTP/1.1",
    slug: "grpc-web",
    transport: (baseUrl) => createGrpcWebTransport({ ...common, baseUrl, httpVersion: "1.1" }),
  },
];

/** A transport to each service, and the connections that are to be closed. */
export interface Wires extends Disposable {
  readonly product: Transport;
  readonly order: Transport;
}

export function openWires(protocol: Protocol, { productUrl, orderUrl }: Addresses): Wires {
  const sessions = { product: new Http2SessionManager(productUrl), order: new Http2SessionManager(orderUrl) };
  return {
    product: protocol.transport(productUrl, sessions.product),
    order: protocol.transport(orderUrl, sessions.order),
    [Symbol.dispose]() {
      sessions.product.abort();
      sessions.order.abort();
    },
  };
}

export function clientsOf({ product, order }: Pick<Wires, "product" | "order">): Clients {
  return {
    products: createClient(ProductService, product),
    inventory: createClient(InventoryService, product),
    orders: createClient(OrderService, order),
  };
}
