/** What a server accepts before it says no. Times are milliseconds, sizes bytes. */
export interface Limits {
  /** Largest request message, after decompression too. Default 1 MiB. */
  readonly readMaxBytes: number;
  /** Largest response message. Default 8 MiB: above any page, below what a client refuses in surprise. */
  readonly writeMaxBytes: number;
  /** Responses below it are not compressed, whatever the caller accepts. Default 1 KiB. */
  readonly compressMinBytes: number;
  /** Time a call has when the caller names none. Default 5,000. */
  readonly defaultTimeoutMs: number;
  /** Longest time a call can have; a caller who asks for more gets this. Default 60,000. */
  readonly maxTimeoutMs: number;
  /** Calls worked on at a time; one more is RATE_LIMITED. Health checks do not count. Default 1,000. */
  readonly maxInFlight: number;
  /** Open sockets; one more is closed as it comes. Default 4,096. */
  readonly maxConnections: number;
  /** Time for the first bytes of a connection, which tell the HTTP version. Default 10,000. */
  readonly sniffTimeoutMs: number;
  /** Time for the headers of an HTTP/1.1 request. Default 10,000. */
  readonly headersTimeoutMs: number;
  /** Time for an HTTP/1.1 request with its body. Default 30,000. (On HTTP/2 the call's deadline bounds the body.) */
  readonly requestTimeoutMs: number;
  /** Time an idle HTTP/1.1 connection is kept: longer than the 60 s of common load balancers. Default 65,000. */
  readonly keepAliveTimeoutMs: number;
  /** Time an HTTP/2 connection without open streams is kept. Default 300,000. */
  readonly idleSessionTimeoutMs: number;
  /** How often the HTTP/1.1 time limits are looked at. Default 1,000. */
  readonly connectionsCheckMs: number;
  /** All headers of a request. Default 16 KiB. */
  readonly maxHeaderBytes: number;
  /** Open streams of one HTTP/2 connection. Default 256. */
  readonly maxConcurrentStreams: number;
}

/** The limits of a server that names none. */
export const DEFAULT_LIMITS: Limits = {
  readMaxBytes: 1024 * 1024,
  writeMaxBytes: 8 * 1024 * 1024,
  compressMinBytes: 1024,
  defaultTimeoutMs: 5_000,
  maxTimeoutMs: 60_000,
  maxInFlight: 1_000,
  maxConnections: 4_096,
  sniffTimeoutMs: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  idleSessionTimeoutMs: 300_000,
  connectionsCheckMs: 1_000,
  maxHeaderBytes: 16 * 1024,
  maxConcurrentStreams: 256,
};
