import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { codeOf } from "../errors/code-of.ts";
import { ConnectionLost } from "../errors/connection-lost.ts";
import type { Address, Target } from "./target.ts";

/** SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const KEEP_ALIVE_MS = 15_000;

/**
 * Opens a socket to one address, secured as the target asks, before the driver sees it. The driver is never given a
 * way to open one itself, so that a lost connection can never come back half-way through a unit of work.
 *
 * @throws ConnectionLost with the errno as its code; the signal's reason when it aborts first.
 */
export async function openSocket(target: Target, address: Address, signal: AbortSignal): Promise<Socket> {
  const unix = address.host.startsWith("/");
  const raw = unix
    ? connect({ path: `${address.host}/.s.PGSQL.${address.port}` })
    : connect({
        host: address.host,
        port: address.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
  const abort = () => raw.destroy(new ConnectionLost("ETIMEDOUT", signal.reason));
  // A socket without an error listener ends the process.
  raw.on("error", () => undefined);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    await once(raw, "connect", { signal });
    return unix ? raw : await secure(raw, target, address, signal);
  } catch (error) {
    raw.destroy();
    throw error instanceof ConnectionLost
      ? error
      : new ConnectionLost(signal.aborted ? "ETIMEDOUT" : codeOf(error), error);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function secure(raw: Socket, target: Target, address: Address, signal: AbortSignal): Promise<Socket> {
  const mode = target.sslMode;
  if (mode === "disable") return raw;
  raw.write(SSL_REQUEST);
  const answer = await firstByte(raw, signal);
  if (answer !== "S") {
    if (mode === "prefer" && answer === "N") return raw;
    throw new ConnectionLost(undefined, new Error("the server does not speak TLS, which sslmode asks for"));
  }
  const socket = connectTls(tlsOptions(raw, target, address));
  socket.on("error", () => undefined);
  try {
    await once(socket, "secureConnect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

async function firstByte(raw: Socket, signal: AbortSignal): Promise<string> {
  const ended = new AbortController();
  const close = () => ended.abort();
  raw.once("close", close);
  try {
    const [chunk]: unknown[] = await once(raw, "data", { signal: AbortSignal.any([signal, ended.signal]) });
    // Bytes beyond the one answer would be an injection into the plain text before the handshake (CVE-2021-23222).
    return Buffer.isBuffer(chunk) && chunk.length === 1 ? chunk.toString("latin1") : "";
  } finally {
    raw.off("close", close);
  }
}

function tlsOptions(socket: Socket, target: Target, { host }: Address): ConnectionOptions {
  const verify = target.sslMode === "verify-ca" || target.sslMode === "verify-full";
  return {
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(target.ca === undefined ? {} : { ca: target.ca }),
    rejectUnauthorized: verify,
    ...(target.sslMode === "verify-ca" ? { checkServerIdentity: () => undefined } : {}),
    ALPNProtocols: ["postgresql"],
  };
}
