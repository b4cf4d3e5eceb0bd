import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "@skyport/proto";

export interface RetryOptions {
  /** How often a call is tried in all. Default 8: about 20 s. */
  readonly attempts?: number;
  /** Told of each retry. */
  readonly onRetry?: () => void;
  /** Waits so many milliseconds. Default: it does. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** What a client's library calls a connection that broke or was refused, and a proxy that has nobody behind it. */
const TRANSPORT_CODES: readonly Code[] = [
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Unknown,
  Code.Aborted,
  Code.Canceled,
  Code.Internal,
];

/**
 * For programs that have time: makes a call again while that can help, which is when the service says so (RetryInfo), or
 * when it was not the service that failed it. The pause doubles each time, is at least what the service says, and up to
 * half of it more at random. The call has to be one that may be repeated: a read, or a write with a request_id. Services
 * have a `PeerGuard` for their calls, which keeps to a budget and to their callers' deadlines.
 *
 * @throws the last error
 */
export async function withRetry<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts = 8, onRetry, pause = sleep } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (thrown) {
      const told = thrown instanceof ConnectError ? leastPause(thrown) : undefined;
      if (told === undefined || attempt >= attempts) throw thrown;
      onRetry?.();
      const ms = Math.max(told, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
      await pause(ms * (1 + Math.random() / 2));
    }
  }
}

/** In milliseconds; undefined when a repeat cannot help. */
function leastPause(error: ConnectError): number | undefined {
  const [told] = error.findDetails(RetryInfoSchema);
  if (told !== undefined) return Number(told.retryDelay?.seconds ?? 0n) * 1_000 + (told.retryDelay?.nanos ?? 0) / 1e6;
  const isOfService = error.findDetails(ErrorInfoSchema).length > 0;
  return !isOfService && TRANSPORT_CODES.includes(error.code) ? 0 : undefined;
}
