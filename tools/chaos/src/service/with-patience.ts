import type { CallOptions } from "@connectrpc/connect";

/** How much longer the client waits than it tells the service, in milliseconds: an answer that is later than that is late. */
export const GRACE_MS = 1_000;

/**
 * One call. The service is told `deadlineMs`; the client's own patience is longer, so that it is seen whether the
 * service keeps to the deadline by itself.
 *
 * @param onLate told when the service has not answered although its deadline was well over
 */
export async function withPatience<R>(
  deadlineMs: number,
  onLate: () => void,
  work: (options: CallOptions) => Promise<R>,
): Promise<R> {
  const patience = new AbortController();
  let isOver = false;
  const judge = (): void => {
    if (isOver) return;
    onLate();
    patience.abort();
  };
  // When this process itself had to wait for the processor, the answer may lie in the socket: let it be read before judging.
  const timer = setTimeout(() => setImmediate(() => setImmediate(judge)), deadlineMs + GRACE_MS);
  try {
    const headers = { "connect-timeout-ms": String(Math.max(1, Math.floor(deadlineMs))) };
    return await work({ headers, signal: patience.signal });
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}
