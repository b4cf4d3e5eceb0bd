import { ProductService } from "@skyport/proto";
import { createRpcServer, readConfig } from "@skyport/rpc";
import { readServiceConfig, type ServiceConfig } from "../../src/config.ts";
import { main } from "../../src/main.ts";

/** A service whose product has the id of the process that answers; it waits as long as the asked id says, in milliseconds. */
await main(
  "pids",
  (env): ServiceConfig => readConfig(env, (reader) => readServiceConfig(reader, 0)),
  async (config, logger) => {
    const server = createRpcServer({
      name: "pids",
      port: config.port,
      reusePort: (config.workers ?? 1) > 1,
      logger,
      services: (router) =>
        router.service(ProductService, {
          async getProduct({ id }) {
            await new Promise((resolve) => setTimeout(resolve, Number(id)));
            return { product: { id: String(process.pid) } };
          },
        }),
    });
    return { server, context: { close: async () => undefined } };
  },
);
