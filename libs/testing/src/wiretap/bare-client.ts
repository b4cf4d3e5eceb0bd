import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Execution } from "./conversation.ts";
import { frames } from "./frames.ts";

/**
 * One connection to PostgreSQL that sends what a tap has heard again, and does nothing with the answers: what the server and
 * the wire alone can do. Unencrypted; a clear-text password is all that the server may ask for.
 */
export class BareClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #prepared = new Map<string, string>();
  #waiting: { left: number; readonly done: (error?: Error) => void } | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws Error when the server refuses */
  static async connect(url: string): Promise<BareClient> {
    const { hostname, port, username, password, pathname } = new URL(url);
    const socket = connect(Number(port), hostname).setNoDelay();
    const client = new BareClient(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => client.#waiting?.done(new Error("PostgreSQL closed the connection")));
    socket.on(
      "data",
      frames(false, (type, body) => {
        if (type === "R" && body.readInt32BE(0) === 3) socket.write(message("p", text(decodeURIComponent(password))));
        else client.#answered(type, body);
      }),
    );
    await once(socket, "connect");
    const names = text("user", decodeURIComponent(username), "database", decodeURIComponent(pathname.slice(1)), "");
    const ready = client.#answers(1);
    socket.write(message("", Buffer.concat([Buffer.from([0, 3, 0, 0]), names])));
    await ready;
    return client;
  }

  /**
   * Runs statements in one round trip: those with parameters, and those that do not consist of several, prepared.
   *
   * @throws Error with what the server says of the first that fails
   */
  async trip(executions: readonly Execution[]): Promise<void> {
    const answers = this.#answers(executions.length);
    this.#socket.write(Buffer.concat(executions.flatMap((execution) => this.#messages(execution))));
    await answers;
  }

  #messages({ text: sql, parameters }: Execution): Buffer[] {
    if (parameters.length === 0 && /;|^(begin|commit|rollback|set)\b/i.test(sql)) return [message("Q", text(sql))];
    const known = this.#prepared.get(sql);
    const name = known ?? `s${this.#prepared.size}`;
    this.#prepared.set(sql, name);
    return [
      ...(known === undefined ? [message("P", Buffer.concat([text(name, sql), int16(0)]))] : []),
      message("B", bind(name, parameters)),
      EXECUTE,
      SYNC,
    ];
  }

  #answers(count: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { left: count, done: (error) => (error === undefined ? resolve() : reject(error)) };
    return promise;
  }

  #answered(type: string, body: Buffer): void {
    if (type === "E") this.#failure ??= new Error(body.toString("utf8").replaceAll("\0", " "));
    if (type !== "Z" || this.#waiting === undefined) return;
    this.#waiting.left -= 1;
    if (this.#waiting.left > 0) return;
    const { done } = this.#waiting;
    const failure = this.#failure;
    this.#waiting = this.#failure = undefined;
    done(failure);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    const closed = once(this.#socket, "close");
    this.#socket.end(message("X", Buffer.alloc(0)));
    await closed;
  }
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type, "latin1"), int32(body.length + 4), body]);
}

function text(...values: readonly string[]): Buffer {
  return Buffer.from(values.map((value) => `${value}\0`).join(""));
}

function bind(name: string, parameters: readonly (string | null)[]): Buffer {
  const values = parameters.map((value) => {
    if (value === null) return int32(-1);
    const bytes = Buffer.from(value);
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return Buffer.concat([text("", name), int16(0), int16(parameters.length), ...values, int16(0)]);
}

const EXECUTE = message("E", Buffer.concat([text(""), int32(0)]));
const SYNC = message("S", Buffer.alloc(0));
