import { connect, type Socket } from "node:net";
import { Pipe, type Weather } from "./pipe.ts";

/** How a connection ends: `rst` as when a process or machine is gone, `fin` as when the other side closes it. */
export type CutMode = "rst" | "fin";

/** The side that is not told of its peer's end. */
export type LeftBehind = "client" | "server" | "both";

/** One client's connection through a link: the client's socket, the one to the server, and a pipe each way. */
export class Connection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #pipes: readonly [Pipe, Pipe];
  #ended: CutMode | undefined;
  #isHalfOpen = false;

  constructor(client: Socket, target: { readonly port: number; readonly host: string }, up: Weather, down: Weather) {
    this.#client = client;
    this.#upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#pipes = [new Pipe(client, this.#upstream, up), new Pipe(this.#upstream, client, down)];
    // An error on one side is one on the other: a client must not wait for a server that refused it.
    this.#upstream.on("error", () => this.#resetOther(client));
    client.on("error", () => this.#resetOther(this.#upstream));
  }

  /** Calls back once both sides are closed. */
  onClose(callback: () => void): void {
    const sockets = [this.#client, this.#upstream];
    for (const socket of sockets) {
      socket.on("close", () => {
        if (!sockets.every((each) => each.destroyed)) return;
        for (const pipe of this.#pipes) pipe.close();
        callback();
      });
    }
  }

  /** See `Pipe.held`; both ways together. */
  get held(): number {
    return this.#pipes[0].held + this.#pipes[1].held;
  }

  flush(): void {
    for (const pipe of this.#pipes) pipe.flush();
  }

  /** Ends both sides. Once is enough: each of Node's ways to end a socket leaves a listener on it. */
  end(mode: CutMode): void {
    if (this.#ended === mode || this.#ended === "rst") return;
    this.#ended = mode;
    for (const socket of [this.#client, this.#upstream]) {
      if (mode === "rst") reset(socket);
      else socket.destroySoon();
    }
  }

  /** Leaves a side, or both, with a connection at whose other end nobody is. */
  halfOpen(left: LeftBehind): void {
    this.#isHalfOpen = true;
    for (const pipe of this.#pipes) pipe.swallow();
    if (left === "client") reset(this.#upstream);
    if (left === "server") reset(this.#client);
  }

  #resetOther(socket: Socket): void {
    if (!this.#isHalfOpen) reset(socket);
  }
}

/**
 * Resets a connection. While its FIN is being sent libuv refuses to, and the handle would never close: the process could
 * not end any more. Then it is closed as it is.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
