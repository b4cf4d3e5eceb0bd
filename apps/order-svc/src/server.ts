import { createRpcServer, type Logger } from "@skyport/rpc";
import { type RunningService, serverOptions } from "@skyport/service";
import { checkMessage } from "./checks.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import type { IntentionTimes } from "./intentions/dependencies.ts";
import type { ProductPeerOptions } from "./peers/product-client.ts";
import { routes } from "./routes/index.ts";

/** Makes the service ready to listen. `times` and `peer` are for tests that cannot wait for the defaults. Throws ConfigError when it cannot start. */
export async function start(
  config: Config,
  logger: Logger,
  onFatal: (error: unknown) => void,
  times?: IntentionTimes,
  peer?: ProductPeerOptions,
): Promise<RunningService> {
  const context = await createContext(config, logger, onFatal, times, peer);
  const server = createRpcServer({
    name: "order-svc",
    ...serverOptions(config),
    logger,
    services: (router) => routes(router, context),
    checkMessage,
    readiness: context.readiness,
  });
  return { server, context };
}
