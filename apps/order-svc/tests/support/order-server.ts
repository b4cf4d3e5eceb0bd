import { Agent } from "node:http";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { type Order, OrderService } from "@skyport/proto";
import { createLogger } from "@skyport/rpc";
import type { Config } from "../../src/config.ts";
import { DEFAULT_TIMES, type IntentionTimes } from "../../src/intentions/dependencies.ts";
import type { ProductPeerOptions } from "../../src/peers/product-client.ts";
import { start } from "../../src/server.ts";
import { logLevel } from "./log-level.ts";

/** Where an instance of order-svc keeps its things, and whom it asks. */
export interface Places {
  readonly databaseUrl: string;
  /** Default: `databaseUrl`. */
  readonly databaseDirectUrl?: string;
  /** Undefined: in its own process. */
  readonly redisUrl: string | undefined;
  readonly productServiceUrl: string;
}

/** An instance of order-svc, in this process but reached over its port. */
export interface OrderServer extends AsyncDisposable {
  readonly url: string;
  /** The generated client. */
  readonly orders: Client<typeof OrderService>;
  close(): Promise<void>;
}

/**
 * Short times, so that what is handed over is seen to in a moment. But whoever is at an order is left alone with it, and it
 * is tried for long: a loaded machine has nothing asked twice, and gives nothing up. Tests of taking over and of giving up
 * set a short time themselves.
 */
export const QUICK_TIMES: IntentionTimes = {
  ...DEFAULT_TIMES,
  overdueMs: 30_000,
  leaseMs: 1_500,
  createDeadlineMs: 30_000,
  pollMs: 25,
};

/** The same for every instance: pages go on at any of them. */
export const SECRET = "order-svc page tokens of the tests";

/** Starts an instance. Without times it has those of production. */
export async function startOrderServer(
  places: Places,
  times?: Partial<IntentionTimes>,
  peer?: ProductPeerOptions,
): Promise<OrderServer> {
  const logger = createLogger({ name: "order-svc", level: logLevel() });
  const config: Config = {
    databaseDirectUrl: places.databaseUrl,
    ...places,
    host: "127.0.0.1",
    port: 0,
    pageTokenSecret: SECRET,
    corsOrigins: [],
    migrateOnStart: true,
    log: { level: logLevel(), format: "json" },
  };
  const onFatal = (error: unknown): void => logger.fatal({ err: error }, "cannot go on");
  const { server, context } = await start(config, logger, onFatal, { ...DEFAULT_TIMES, ...times }, peer);
  const { url } = await server.listen();
  const { orders, hangUp } = ordersAt(url);
  const close = async (): Promise<void> => {
    hangUp();
    await server.close();
    await context.close();
  };
  return { url, orders, close, [Symbol.asyncDispose]: close };
}

/** The generated client of an instance, and how to end its connections. */
export function ordersAt(url: string): { readonly orders: Client<typeof OrderService>; hangUp(): void } {
  const agent = new Agent({ keepAlive: true });
  const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions: { agent } });
  return { orders: createClient(OrderService, transport), hangUp: () => agent.destroy() };
}

/** The order in an answer, which always has one. */
export function orderIn({ order }: { readonly order?: Order | undefined }): Order {
  if (order === undefined) throw new Error("the answer has no order");
  return order;
}
