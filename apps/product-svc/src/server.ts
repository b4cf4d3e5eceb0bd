import { createRpcServer, type Logger } from "@skyport/rpc";
import { type RunningService, serverOptions } from "@skyport/service";
import { checkMessage } from "./checks.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import { routes } from "./routes/index.ts";

/** Makes the service ready to listen. Throws ConfigError when it cannot start. */
export async function start(
  config: Config,
  logger: Logger,
  onFatal: (error: unknown) => void,
): Promise<RunningService> {
  const context = await createContext(config, logger, onFatal);
  const server = createRpcServer({
    name: "product-svc",
    ...serverOptions(config),
    logger,
    services: (router) => routes(router, context),
    checkMessage,
    readiness: context.readiness,
  });
  return { server, context };
}
