import { createLogger, type Logger, type RpcServer, runService, runUntilSignal } from "@skyport/rpc";
import type { ServiceConfig } from "./config.ts";
import { Supervisor } from "./workers/supervisor.ts";
import { dismissed, isWorker, reportListening } from "./workers/worker.ts";

/** A service that can be started and closed. */
export interface RunningService {
  readonly server: RpcServer;
  /** What the server's calls use: closed after it. */
  readonly context: { close(): Promise<void> };
}

/**
 * Runs a service as a program: reads the environment, starts, listens, and closes on a signal. What a person can mend is
 * told in one line each. With `WORKERS` above 1 this process only watches over the ones that serve.
 */
export async function main<C extends ServiceConfig>(
  name: string,
  toConfig: (env: NodeJS.ProcessEnv) => C,
  start: (config: C, logger: Logger, onFatal: (error: unknown) => void) => Promise<RunningService>,
): Promise<void> {
  await runService(async () => {
    const config = toConfig(process.env);
    const logger = createLogger({ name, ...config.log });
    if ((config.workers ?? 1) > 1 && !isWorker()) {
      await runUntilSignal({ logger, server: new Supervisor(config.workers ?? 1, logger) });
      return;
    }
    const onFatal = (err: unknown): void => {
      logger.fatal({ err }, "cannot go on");
      process.kill(process.pid, "SIGTERM");
      process.exitCode = 1;
    };
    const { server, context } = await start(config, logger, onFatal);
    await runUntilSignal({
      logger,
      server: {
        async listen() {
          await server.listen();
          reportListening();
        },
        close: () => server.close(),
      },
      stop: dismissed(),
      resources: [{ name: "storage", close: () => context.close() }],
    });
  });
}
