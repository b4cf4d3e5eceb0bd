import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { HttpHandler } from "../http/http-types.ts";
import type { Limits } from "../limits.ts";

/** An HTTP/2 server without TLS that listens nowhere: connections are handed to it. */
export class Http2Port {
  readonly server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  #closing = false;

  constructor(handler: HttpHandler, limits: Limits) {
    this.server = createServer(
      {
        maxHeaderListPairs: 128,
        settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderBytes },
      },
      handler,
    );
    this.server.on("session", (session) => this.#adopt(session, limits.idleSessionTimeoutMs));
  }

  /** Asks every caller to open no more streams; connections close when their streams have ended. */
  close(): void {
    this.#closing = true;
    for (const session of this.#sessions) goAway(session);
  }

  #adopt(session: ServerHttp2Session, idleMs: number): void {
    this.#sessions.add(session);
    let streams = 0;
    session.on("close", () => this.#sessions.delete(session));
    session.on("error", () => session.destroy());
    session.on("stream", (stream) => {
      streams++;
      stream.on("close", () => {
        streams--;
      });
    });
    session.setTimeout(idleMs, () => {
      if (streams === 0) session.close();
    });
    if (this.#closing) goAway(session);
  }
}

/** The highest stream id there is: "I shall stop, but take what is on its way" (RFC 9113, section 6.8). */
const EVERY_STREAM = 2 ** 31 - 1;

/**
 * Closes in two steps, so that a request that crosses the GOAWAY is served: the last stream is named only after a
 * round trip.
 */
function goAway(session: ServerHttp2Session): void {
  if (session.closed || session.destroyed) return;
  session.goaway(0, EVERY_STREAM);
  const sent = session.ping(() => session.close());
  if (!sent) session.close();
}
