import type { Logger } from "pino";
import { type Signals, takeSignals } from "./take-signals.ts";

/** Something that is closed when the process ends. */
export interface Closable {
  readonly name: string;
  close(): Promise<void> | void;
}

export interface RunOptions {
  readonly logger: Logger;
  /** Listens; closed first: its calls may still use everything else. */
  readonly server: { listen(): Promise<unknown>; close(): Promise<void> };
  /** Closed after the server, one after the other in this order: the database pool last. */
  readonly resources?: readonly Closable[];
  /** Resolves, with a word for the log, when the process is to close without a signal. Default never. */
  readonly stop?: Promise<string>;
}

/**
 * Lets the server listen until SIGINT or SIGTERM comes, then closes it and the resources in order. A second signal ends
 * the process at once with 128 + the signal's number (130, 143). A resource that cannot be closed is logged, sets the
 * exit code to 1, and does not keep the others open. When the server cannot listen, the resources are closed and the
 * error is thrown.
 */
export async function runUntilSignal(options: RunOptions): Promise<void> {
  const { logger, server, resources = [], stop } = options;
  const signals: Signals = takeSignals(logger);
  const serving: Closable = { name: "server", close: () => server.close() };
  try {
    await server.listen();
    const why = await Promise.race([signals.first, ...(stop === undefined ? [] : [stop])]);
    logger.info({ signal: why }, "closing");
  } finally {
    for (const resource of [serving, ...resources]) await close(resource, logger);
    signals.release();
  }
  logger.info("closed");
}

async function close(resource: Closable, logger: Logger): Promise<void> {
  try {
    await resource.close();
  } catch (err) {
    logger.error({ err, resource: resource.name }, "could not be closed");
    process.exitCode = 1;
  }
}
