import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "@skyport/proto";

export interface RetryOptions {
  /** How often a call is tried in all. Default 8. */
  readonly attempts?: number;
  /** Told of each retry. */
  readonly onRetry?: () => void;
  /** Waits so many milliseconds. Default: it does. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Makes a call again while a repeat can help: the error says so (RetryInfo), or the service could not be reached. The
 * pause doubles each time, is at least what RetryInfo says, and up to half of it again at random. The call has to be one that
 * can be repeated: a read, or a write with a request_id.
 *
 * @throws the last error
 */
export async function withRetry<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 8, onRetry, pause = sleep } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      const told = recommendedPause(ConnectError.from(thrown));
      if (told === undefined || attempt >= attempts) throw thrown;
      onRetry?.();
      const ms = Math.max(told, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
      await pause(ms * (1 + Math.random() / 2));
    }
  }
}

/** The least pause in milliseconds; undefined when a repeat cannot help. */
function recommendedPause(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  if (delay !== undefined) return Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000;
  return error.code === Code.Unavailable || error.code === Code.DeadlineExceeded ? 0 : undefined;
}
