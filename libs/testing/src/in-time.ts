/** How much later than the service a client gives a call up, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * Options of a call whose time the service is told by a header: an answer at its end is the service's and not the client's
 * own, unless the service does not answer at all.
 */
export function inTime(timeoutMs: number) {
  return {
    headers: { "connect-timeout-ms": String(timeoutMs) },
    signal: AbortSignal.timeout(timeoutMs + GRACE_MS),
  };
}
