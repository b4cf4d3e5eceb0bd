import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Pipe, type Weather } from "./pipe.ts";

/** How a connection ends: `rst` as when a process or machine is gone, `fin` as when the other side closes it. */
export type CutMode = "rst" | "fin";

/** up: from the client to the server. */
export type Direction = "up" | "down" | "both";

export interface LinkOptions {
  /** The server's port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

/** A TCP proxy between a client and a server, whose faults the test commands. */
export interface Link extends AsyncDisposable {
  /** The port of 127.0.0.1 that clients connect to instead of the server's. */
  readonly port: number;
  /** How many connections are open. */
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
  /** Nothing arrives any more, and no side is told, until `restore`; what was sent then arrives. Default: both ways. */
  blackhole(direction?: Direction): void;
  /** Each chunk arrives `ms` milliseconds later, until `restore`. Default: both ways. */
  delay(ms: number, direction?: Direction): void;
  /** Fair weather again; connections that were ended stay so. */
  restore(): void;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

interface Connection {
  readonly sockets: readonly [Socket, Socket];
  readonly pipes: readonly [Pipe, Pipe];
}

function end({ sockets }: Connection, mode: CutMode): void {
  for (const socket of sockets) {
    if (mode === "rst") reset(socket);
    else socket.destroySoon();
  }
}

/**
 * Resets a connection. While its FIN is being sent libuv refuses to, and the handle would never close: the process could
 * not end any more. Then it is closed as it is.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

/** Starts a link to the server on `port`. */
export async function createLink(options: LinkOptions): Promise<Link> {
  const up: Weather = { delayMs: 0, blackhole: false };
  const down: Weather = { delayMs: 0, blackhole: false };
  const open = new Set<Connection>();
  let accepted = 0;
  let isCut = false;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    client.on("error", () => undefined);
    if (isCut) return void reset(client);
    const upstream = connect({
      port: options.port,
      host: options.host ?? "127.0.0.1",
      allowHalfOpen: true,
      noDelay: true,
    });
    const connection: Connection = {
      sockets: [client, upstream],
      pipes: [new Pipe(client, upstream, up), new Pipe(upstream, client, down)],
    };
    open.add(connection);
    // An error on one side is one on the other: a client must not wait for a server that refused it.
    upstream.on("error", () => reset(client));
    client.on("error", () => reset(upstream));
    for (const socket of connection.sockets) {
      socket.on("close", () => {
        if (!connection.sockets.every((each) => each.destroyed)) return;
        for (const pipe of connection.pipes) pipe.close();
        open.delete(connection);
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the link did not get a TCP port");
  const { port } = address;

  const both = { up: [up], down: [down], both: [up, down] } as const;
  const flush = (): void => {
    for (const { pipes } of open) for (const pipe of pipes) pipe.flush();
  };
  const drop = (mode: CutMode = "rst"): void => {
    for (const connection of open) end(connection, mode);
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
      return [...open].flatMap(({ pipes }) => pipes.map((pipe) => pipe.held)).reduce((sum, held) => sum + held, 0);
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
    blackhole(direction = "both") {
      for (const weather of both[direction]) weather.blackhole = true;
    },
    delay(ms, direction = "both") {
      for (const weather of both[direction]) weather.delayMs = ms;
    },
    restore() {
      isCut = false;
      for (const weather of [up, down]) Object.assign(weather, { delayMs: 0, blackhole: false });
      flush();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
