import { once } from "node:events";
import { createServer } from "node:net";
import { Connection, type CutMode, type LeftBehind, reset } from "./connection.ts";
import { fair } from "./pipe.ts";

/** up: from the client to the server. */
export type Direction = "up" | "down" | "both";

export interface LinkOptions {
  /** The server's port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface PointToOptions {
  /** Whether the open connections stay with the old server. Default false. */
  readonly keepOpen?: boolean;
}

/** A TCP proxy between a client and a server, whose faults the test commands. */
export interface Link extends AsyncDisposable {
  /** The port of 127.0.0.1 that clients connect to instead of the server's. */
  readonly port: number;
  /** How many connections are open; one that is half open counts until it is dropped or its socket fails. */
  readonly connections: number;
  /** How many were ever accepted. */
  readonly accepted: number;
  /** Bytes that were sent and wait in the link, both ways together: tells a test that a held message has been sent. */
  readonly held: number;
  /** The address with this link's host and port in place of the server's. */
  through(url: string): string;
  /** Ends the open connections; new ones go through. `mode` defaults to rst. */
  drop(mode?: CutMode): void;
  /** Ends the open connections and resets each new one, until `restore`. `mode` defaults to rst. */
  cut(mode?: CutMode): void;
  /**
   * The open connections lose one end and the other is not told: it can send, and never hears anything again. That is what
   * a machine that lost its power leaves behind, or with `both` a router that forgot a connection. New connections go
   * through. `left`: who is not told; the other side is reset. Default: the client.
   *
   * Only a deadline finds out: the link acknowledges what is sent to it, so that TCP's own timeout and keepalive do not.
   * `drop` then is the reset that a machine gives which is back and knows nothing of the connection; `restore` brings no
   * connection back.
   */
  halfOpen(left?: LeftBehind): void;
  /**
   * New connections go to another port, as when a virtual address moves in a failover. The open ones are reset, or stay
   * where they are with `keepOpen`, as when the old machine lives on.
   */
  pointTo(port: number, options?: PointToOptions): void;
  /** Nothing arrives any more, and no side is told, until `restore`; what was sent then arrives. Default: both ways.
   * Connections can still be made: it is the link that accepts them. */
  blackhole(direction?: Direction): void;
  /** Each chunk arrives `ms` milliseconds later, until `restore`. Default: both ways. */
  delay(ms: number, direction?: Direction): void;
  /**
   * Each connection carries so many bytes a second, in pieces, until `restore`: a message arrives bit by bit. Default: both
   * ways.
   *
   * @throws RangeError unless it is more than 0: that is a blackhole.
   */
  throttle(bytesPerSecond: number, direction?: Direction): void;
  /** Fair weather again; connections that were ended stay so. */
  restore(): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Starts a link to the server on `port`. */
export async function createLink(options: LinkOptions): Promise<Link> {
  const up = fair();
  const down = fair();
  const open = new Set<Connection>();
  const target = { host: options.host ?? "127.0.0.1", port: options.port };
  let accepted = 0;
  let isCut = false;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    client.on("error", () => undefined);
    if (isCut) return void reset(client);
    const connection = new Connection(client, target, up, down);
    open.add(connection);
    connection.onClose(() => open.delete(connection));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the link did not get a TCP port");
  const { port } = address;

  const both = { up: [up], down: [down], both: [up, down] } as const;
  const flush = (): void => {
    for (const connection of open) connection.flush();
  };
  const drop = (mode: CutMode = "rst"): void => {
    for (const connection of open) connection.end(mode);
  };
  const close = async (): Promise<void> => {
    drop();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  return {
    port,
    get connections() {
      return open.size;
    },
    get accepted() {
      return accepted;
    },
    get held() {
      return [...open].reduce((sum, { held }) => sum + held, 0);
    },
    through(url) {
      const copy = new URL(url);
      copy.host = `127.0.0.1:${port}`;
      return copy.href;
    },
    drop,
    cut(mode) {
      isCut = true;
      drop(mode);
    },
    halfOpen(left = "client") {
      for (const connection of open) connection.halfOpen(left);
    },
    pointTo(to, { keepOpen = false } = {}) {
      target.port = to;
      if (!keepOpen) drop();
    },
    blackhole(direction = "both") {
      for (const weather of both[direction]) weather.blackhole = true;
    },
    delay(ms, direction = "both") {
      for (const weather of both[direction]) weather.delayMs = ms;
    },
    throttle(bytesPerSecond, direction = "both") {
      if (!(bytesPerSecond > 0)) throw new RangeError(`a link carries more than ${bytesPerSecond} bytes a second`);
      for (const weather of both[direction]) weather.bytesPerSecond = bytesPerSecond;
    },
    restore() {
      isCut = false;
      for (const weather of [up, down]) Object.assign(weather, fair());
      flush();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
