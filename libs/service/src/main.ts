import { createLogger, type Logger, type RpcServer, runService, runUntilSignal } from "@skyport/rpc";
import type { ServiceConfig } from "./config.ts";

/** A service that can be started and closed. */
export interface RunningService {
  readonly server: RpcServer;
  /** What the server's calls use: closed after it. */
  readonly context: { close(): Promise<void> };
}

/**
 * Runs a service as a program: reads the environment, starts, listens, and closes on a signal. What a person can mend is
 * told in one line each.
 */
export async function main<C extends ServiceConfig>(
  name: string,
  toConfig: (env: NodeJS.ProcessEnv) => C,
  start: (config: C, logger: Logger, onFatal: (error: unknown) => void) => Promise<RunningService>,
): Promise<void> {
  await runService(async () => {
    const config = toConfig(process.env);
    const logger = createLogger({ name, ...config.log });
    const onFatal = (err: unknown): void => {
      logger.fatal({ err }, "cannot go on");
      process.kill(process.pid, "SIGTERM");
      process.exitCode = 1;
    };
    const { server, context } = await start(config, logger, onFatal);
    await runUntilSignal({
      logger,
      server,
      resources: [{ name: "storage", close: () => context.close() }],
    });
  });
}
