import { constants } from "node:os";
import type { Logger } from "pino";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Something that is closed when the process ends. */
export interface Closable {
  readonly name: string;
  close(): Promise<void> | void;
}

export interface RunOptions {
  readonly logger: Logger;
  /** Closed first: its calls may still use everything else. */
  readonly server: Pick<Closable, "close">;
  /** Closed after the server, one after the other in this order: the database pool last. */
  readonly resources?: readonly Closable[];
}

/**
 * Waits for SIGINT or SIGTERM, then closes the server and the resources in order. A second signal ends the process at
 * once with 128 + the signal's number (130, 143). A resource that cannot be closed is logged, sets the exit code to 1,
 * and does not keep the others open.
 */
export async function runUntilSignal(options: RunOptions): Promise<void> {
  const { logger, server, resources = [] } = options;
  const signal = await firstSignal(logger);
  logger.info({ signal }, "closing");
  for (const { name, close } of [{ name: "server", close: () => server.close() }, ...resources.map(bound)]) {
    try {
      await close();
    } catch (err) {
      logger.error({ err, resource: name }, "could not be closed");
      process.exitCode = 1;
    }
  }
  logger.info("closed");
}

function bound(resource: Closable): Closable {
  return { name: resource.name, close: () => resource.close() };
}

function firstSignal(logger: Logger): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) {
      logger.warn({ signal }, "ending at once");
      process.exit(128 + constants.signals[signal]);
    }
    closing = true;
    resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return promise;
}
