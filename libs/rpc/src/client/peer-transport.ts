import type { Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { createGrpcUnary } from "@skyport/fastpath";
import { connectSocket } from "./connect-socket.ts";
import { watchedSessions } from "./watched-sessions.ts";

export interface PeerTransportOptions {
  /** `http://127.0.0.1:8081` */
  readonly baseUrl: string;
  /** Time for a TCP connection, in milliseconds. Default 2,000. */
  readonly connectTimeoutMs?: number;
  /** A connection that was silent for so long, in milliseconds, is asked for a sign of life. Default 10,000. */
  readonly pingIntervalMs?: number;
  /** Time for that sign; then the connection is given up, and its calls fail. Milliseconds; default 2,000. */
  readonly pingTimeoutMs?: number;
  /** Time of a call that names none (see `peerOptions`), in milliseconds. Default 5,000. */
  readonly defaultTimeoutMs?: number;
  /** Largest response, in bytes. Default 8 MiB. */
  readonly readMaxBytes?: number;
}

/** A transport that owns its connection. */
export interface PeerTransport extends Transport, AsyncDisposable {
  /** Closes the connection; calls that run fail. */
  close(): Promise<void>;
}

/**
 * Calls from one service to another: gRPC over one HTTP/2 connection without TLS (or with, for https). All calls share it,
 * so that none pays for a connection, and a server that shuts down says so (GOAWAY) before it stops: an HTTP/1.1
 * connection that is reused at the wrong moment cannot tell. Unary calls are made by the fast path's own client, and
 * served by the fast path; streams go through connect-node. What a call costs is in the README.
 * Nothing is compressed: services are near each other.
 */
export function createPeerTransport(options: PeerTransportOptions): PeerTransport {
  const { baseUrl, connectTimeoutMs = 2_000, pingIntervalMs = 10_000, pingTimeoutMs = 2_000 } = options;
  const { defaultTimeoutMs = 5_000, readMaxBytes = 8 * 1024 * 1024 } = options;
  const plain = new URL(baseUrl).protocol === "http:";
  const sessionManager = new Http2SessionManager(
    baseUrl,
    { pingIntervalMs, pingTimeoutMs },
    plain ? { createConnection: (authority) => connectSocket(authority, connectTimeoutMs) } : {},
  );
  const sessions = watchedSessions(sessionManager);
  const shared = { baseUrl, defaultTimeoutMs, readMaxBytes };
  const streams = createGrpcTransport({ ...shared, sessionManager: sessions, acceptCompression: [] });
  const close = async (): Promise<void> => sessionManager.abort();
  return {
    unary: createGrpcUnary({ ...shared, sessions }),
    stream: (...call) => streams.stream(...call),
    close,
    [Symbol.asyncDispose]: close,
  };
}
