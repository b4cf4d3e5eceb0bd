import { createLogger, createRpcServer, readConfig, runService, runUntilSignal } from "../../src/index.ts";

/** A service's `main`, as small as can be, for tests of signals. */
await runService(async () => {
  const config = readConfig(process.env, (env) => ({
    port: env.readPort("PORT"),
    stuck: env.readBoolean("STUCK", { default: false }),
    broken: env.readBoolean("BROKEN", { default: false }),
  }));
  const logger = createLogger({ name: "program" });
  const server = createRpcServer({ name: "program", port: config.port, logger, services: () => undefined });
  await runUntilSignal({
    logger,
    server,
    resources: [
      {
        name: "cache",
        close() {
          if (config.broken) throw new Error("no");
          logger.info("cache closed");
          return config.stuck ? new Promise((resolve) => setTimeout(resolve, 60_000)) : undefined;
        },
      },
      { name: "pool", close: async () => logger.info("pool closed") },
    ],
  });
});
