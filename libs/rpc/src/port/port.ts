import type { Server as HttpServer, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import type { StreamListener } from "@skyport/fastpath";
import { type HttpHandler, type HttpRequest, type HttpResponse, isHttp1, isHttp1Request } from "../http/http-types.ts";
import type { Limits } from "../limits.ts";
import { createHttp1 } from "./http1.ts";
import { Http2Port } from "./http2.ts";
import { lingerOnHttp1, lingerOnHttp2 } from "./linger.ts";
import { sniff } from "./sniff.ts";

/** After this many milliseconds without a byte, the system asks whether the peer is still there. */
const TCP_KEEPALIVE_MS = 60_000;

/** Time that calls have to answer once they were cut off, in milliseconds. */
const LAST_WORDS_MS = 100;

/** One TCP port that serves HTTP/1.1 and HTTP/2 without TLS to one handler. */
export class Port {
  readonly #net: Server;
  readonly #http1: HttpServer;
  readonly #http2: Http2Port;
  readonly #sockets = new Set<Socket>();
  /** Connections that have not sent enough to tell what they are. */
  readonly #silent = new Set<Socket>();
  readonly #responses = new Set<HttpResponse>();
  /** One for all responses: a function for each of them costs more than what it does. */
  readonly #onHttp1Close: (this: ServerResponse) => void;
  #closing = false;

  /** `streams` is asked first about what comes over HTTP/2; `handler` serves all the rest. */
  constructor(handler: HttpHandler, streams: StreamListener, limits: Limits) {
    const forget = (response: HttpResponse): void => this.#forget(response);
    this.#onHttp1Close = function onClose() {
      forget(this);
      if (this.writableFinished) lingerOnHttp1(this.req);
    };
    const tracked: HttpHandler = (request, response) => {
      this.#track(request, response);
      handler(request, response);
    };
    this.#http1 = createHttp1(tracked, limits);
    this.#http2 = new Http2Port(tracked, streams, limits);
    this.#net = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS }, (socket) => {
      this.#sockets.add(socket);
      this.#silent.add(socket);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        this.#silent.delete(socket);
      });
      sniff(socket, limits.sniffTimeoutMs, (version) => {
        this.#silent.delete(socket);
        (version === 2 ? this.#http2.server : this.#http1).emit("connection", socket);
      });
    });
    this.#net.maxConnections = limits.maxConnections;
  }

  /**
   * Rejects with the system's error (`EADDRINUSE`, `EACCES`; `ENOTSUP` where the system has no `reusePort`).
   *
   * @param reusePort other processes may listen on the same port; the system spreads connections over them
   */
  async listen(port: number, host: string, reusePort = false): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#net.once("error", reject);
      this.#net.listen({ port, host, reusePort }, () => {
        this.#net.off("error", reject);
        resolve();
      });
    });
    const address = this.#net.address();
    if (address === null || typeof address === "string") throw new Error("the port has no address");
    return address;
  }

  /** Takes no more connections, and lets what runs finish for at most `graceMs`; then calls `cutOff` and closes all. */
  async close(graceMs: number, cutOff: () => void): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const closed = new Promise<void>((resolve) => {
      this.#net.close(() => resolve());
    });
    // This closes the idle connections; each of the others closes when its answer is out.
    this.#http1.close();
    for (const response of this.#responses) endConnectionAfter(response);
    this.#http2.close();
    for (const socket of this.#silent) socket.destroy();
    let timer = setTimeout(() => {
      cutOff();
      timer = setTimeout(() => {
        for (const socket of this.#sockets) socket.destroy();
      }, LAST_WORDS_MS);
    }, graceMs);
    try {
      await closed;
    } finally {
      clearTimeout(timer);
    }
  }

  #track(request: HttpRequest, response: HttpResponse): void {
    this.#responses.add(response);
    if (this.#closing) endConnectionAfter(response);
    if (isHttp1(response)) {
      response.on("close", this.#onHttp1Close);
      return;
    }
    if (!isHttp1Request(request)) lingerOnHttp2(request, response);
    response.on("close", () => this.#forget(response));
  }

  #forget(response: HttpResponse): void {
    this.#responses.delete(response);
    if (this.#closing) this.#http1.closeIdleConnections();
  }
}

/** Tells an HTTP/1.1 caller not to send more on this connection. HTTP/2 has GOAWAY for that. */
function endConnectionAfter(response: HttpResponse): void {
  if (isHttp1(response) && !response.headersSent) response.setHeader("connection", "close");
}
