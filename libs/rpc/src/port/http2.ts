import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { type StreamListener, serveStreamsFirst } from "@skyport/fastpath";
import type { HttpHandler } from "../http/http-types.ts";
import type { Limits } from "../limits.ts";

/** An HTTP/2 server without TLS that listens nowhere: connections are handed to it. */
export class Http2Port {
  readonly server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  #closing = false;

  constructor(handler: HttpHandler, streams: StreamListener, limits: Limits) {
    this.server = createServer(
      {
        maxHeaderListPairs: 128,
        settings: { maxConcurrentStreams: limits.maxConcurrentStreams, maxHeaderListSize: limits.maxHeaderBytes },
      },
      handler,
    );
    serveStreamsFirst(this.server, streams);
    this.server.on("session", (session) => this.#adopt(session, limits.idleSessionTimeoutMs));
  }

  /**
   * Tells every caller, by GOAWAY, to open no more streams; connections close when their streams have ended. A request
   * that crosses the GOAWAY is refused as "not processed", which clients may repeat. (The two-step shutdown of RFC 9113,
   * section 6.8, would spare them that. But Node stops to read an idle session after the first GOAWAY.)
   */
  close(): void {
    this.#closing = true;
    for (const session of this.#sessions) session.close();
  }

  /**
   * Closes a connection that has had no open stream for so long. (A session's own timeout is set anew with each frame of
   * each stream, which costs a call several hundredths of its time.)
   */
  #adopt(session: ServerHttp2Session, idleMs: number): void {
    this.#sessions.add(session);
    let streams = 0;
    const idle = setTimeout(() => {
      if (streams === 0) session.close();
    }, idleMs).unref();
    const ended = (): void => {
      streams--;
      if (streams === 0) idle.refresh();
    };
    session.on("close", () => {
      clearTimeout(idle);
      this.#sessions.delete(session);
    });
    session.on("error", () => session.destroy());
    session.on("stream", (stream) => {
      streams++;
      stream.on("close", ended);
    });
    if (this.#closing) session.close();
  }
}
