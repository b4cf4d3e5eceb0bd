import { constants } from "node:os";
import type { Logger } from "pino";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The signals that ask a process to end. */
export interface Signals {
  /** Resolves with the first one. */
  readonly first: Promise<NodeJS.Signals>;
  /** Gives them back to the system: the next one ends the process. */
  release(): void;
}

/** Takes SIGINT and SIGTERM from the system. The second one ends the process at once: whoever sends it does not wait. */
export function takeSignals(logger: Logger): Signals {
  const { promise: first, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) {
      logger.warn({ signal }, "ending at once");
      process.exit(128 + constants.signals[signal]);
    }
    asked = true;
    resolve(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    first,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
