import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { listen, type PageTokens } from "@skyport/db";
import { type Order as OrderMessage, OrderSchema } from "@skyport/proto";
import { createPeerTransport, type Logger, type ReadinessCheck } from "@skyport/rpc";
import { openStorage } from "@skyport/service";
import type { Config } from "./config.ts";
import { storagePlan } from "./db/plan.ts";
import { DEFAULT_TIMES, type IntentionDependencies, type IntentionTimes } from "./intentions/dependencies.ts";
import { Recovery } from "./intentions/recovery.ts";
import { toVersioned } from "./messages/order.ts";
import { createProductPeer, type ProductPeer, type ProductPeerOptions } from "./peers/product-client.ts";
import { INTENTIONS_CHANNEL } from "./repositories/intentions.ts";
import { findOrders } from "./repositories/orders.ts";

/** Everything that a route may use. */
export interface Context extends IntentionDependencies {
  readonly pageTokens: PageTokens;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  close(): Promise<void>;
}

/** An order changes rarely; the time bounds memory, not staleness. */
const ORDER_TTL_MS = 60 * 60 * 1000;

/** Wires what the routes need, and starts the recovery loop. Throws ConfigError when the service cannot start. */
export async function createContext(
  config: Config,
  logger: Logger,
  onFatal: (error: unknown) => void,
  times: IntentionTimes = DEFAULT_TIMES,
  peerOptions: ProductPeerOptions = {},
): Promise<Context> {
  await using opened = new AsyncDisposableStack();
  const { database, cache, writer, pageTokens, readiness } = opened.use(
    await openStorage(config, storagePlan, logger, onFatal),
  );
  const transport = opened.use(createPeerTransport({ baseUrl: config.productServiceUrl }));
  const peer = createProductPeer(transport, peerOptions);
  peer.breaker.onChange((isOpen) => {
    if (isOpen) logger.warn("product-svc only fails: it is asked no more than now and then");
    else logger.info("product-svc answers again");
  });
  const orders = cache.entity<OrderMessage>({
    name: "order",
    encode: (order) => toBinary(OrderSchema, order),
    decode: (bytes) => fromBinary(OrderSchema, bytes),
    ttlMs: ORDER_TTL_MS,
    load: async (ids, deadline) => {
      const found = await database.read(deadline, (session) => findOrders(session, ids));
      return new Map(found.map((order) => [order.id, toVersioned(order)]));
    },
  });
  const dependencies: IntentionDependencies = {
    database,
    writer,
    orders,
    productClient: peer.client,
    times,
    logger,
  };
  if (Number.isFinite(times.pollMs)) startRecovery(opened, dependencies, peer, config);
  const resources = opened.move();
  return { ...dependencies, pageTokens, readiness, close: () => resources.disposeAsync() };
}

/** Starts the recovery loop; whoever hands an intention over wakes the loop of every instance. */
function startRecovery(
  opened: AsyncDisposableStack,
  dependencies: IntentionDependencies,
  { background, breaker }: ProductPeer,
  config: Config,
): void {
  const { logger } = dependencies;
  const recovery = opened.use(new Recovery({ ...dependencies, productClient: background }, breaker));
  recovery.start();
  opened.use(
    listen(config.databaseDirectUrl, INTENTIONS_CHANNEL, () => recovery.wake(), {
      applicationName: "order-svc recovery",
      onEvent: (event) => logger.debug({ event }, "recovery's notifications"),
    }),
  );
}
