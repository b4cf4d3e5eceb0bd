import { connect, type Socket } from "node:net";

/**
 * A TCP connection that fails after `timeoutMs` when nobody answers. Without it, a host that swallows packets would
 * keep every call of the shared connection waiting for the system's own limit, which is minutes.
 */
export function connectSocket(authority: URL, timeoutMs: number): Socket {
  const port = Number(authority.port === "" ? 80 : authority.port);
  // A URL writes an IPv6 address in brackets; the system wants it without.
  const host = authority.hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connect({ host, port, noDelay: true });
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error("no connection in time"), { code: "ETIMEDOUT" }));
  }, timeoutMs);
  const stop = (): void => clearTimeout(timer);
  return socket.once("connect", stop).once("close", stop);
}
