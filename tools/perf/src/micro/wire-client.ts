import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Execution } from "@skyport/testing";

/** Only these parts of PostgreSQL's protocol (version 3) are needed to send statements that are known beforehand. */
const PROTOCOL = 3 << 16;
const CLEAR_TEXT_PASSWORD = 3;
const HEAD_BYTES = 5;

function message(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type, "latin1"), length, body]);
}

const text = (...values: readonly string[]): Buffer => Buffer.from(`${values.join("\0")}\0`);

function int16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt16BE(value, 2 * index);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const SYNC = message("S");
const EXECUTE = message("E", text(""), int32(0));

function bind(name: string, parameters: readonly (string | null)[]): Buffer {
  const values = parameters.map((value) => {
    if (value === null) return int32(-1);
    const bytes = Buffer.from(value);
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return message("B", text("", name), int16(0, parameters.length), ...values, int16(0));
}

/** Without parameters and not a single statement: BEGIN with its settings, COMMIT. Those are not prepared. */
function isSimple({ text: sql, parameters }: Execution): boolean {
  return parameters.length === 0 && /^\s*(begin|commit)\b/i.test(sql);
}

/**
 * A connection that sends statements as they are, each prepared once, and looks at no row of the answers: what PostgreSQL
 * itself can do with them. The server asks for a clear-text password, and nothing is encrypted.
 */
export class WireClient implements Disposable {
  readonly #socket: Socket;
  readonly #names = new Map<string, string>();
  #buffered: Buffer = Buffer.alloc(0);
  #open = 0;
  #waiting: PromiseWithResolvers<void> | undefined;
  #failure: Error | undefined;
  #password: string;

  private constructor(socket: Socket, password: string) {
    this.#socket = socket.setNoDelay();
    this.#password = password;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("PostgreSQL closed the connection")));
  }

  /** @throws Error with the server's words when it refuses */
  static async connect(url: string): Promise<WireClient> {
    const { hostname, port, username, password, pathname } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const client = new WireClient(socket, decodeURIComponent(password));
    const startup = [int32(PROTOCOL), text("user", username, "database", decodeURIComponent(pathname.slice(1)), "")];
    await client.#send(message("", ...startup), 1);
    return client;
  }

  /** Sends statements in one round trip, and waits until all are answered. @throws Error with the server's words */
  async trip(executions: readonly Execution[]): Promise<void> {
    const parts = executions.map((execution) => this.#encode(execution));
    await this.#send(Buffer.concat(parts), executions.length);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #encode(execution: Execution): Buffer {
    const { text: sql, parameters } = execution;
    if (isSimple(execution)) return message("Q", text(sql));
    const known = this.#names.get(sql);
    const name = known ?? `s${this.#names.size}`;
    this.#names.set(sql, name);
    const parse = known === undefined ? [message("P", text(name, sql), int16(0))] : [];
    return Buffer.concat([...parse, bind(name, parameters), EXECUTE, SYNC]);
  }

  #send(bytes: Buffer, answers: number): Promise<void> {
    if (this.#waiting !== undefined) throw new Error("one round trip at a time");
    this.#waiting = Promise.withResolvers<void>();
    this.#open = answers;
    this.#socket.write(bytes);
    return this.#waiting.promise;
  }

  #read(chunk: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    let at = 0;
    while (this.#buffered.length >= at + HEAD_BYTES) {
      const end = at + 1 + this.#buffered.readInt32BE(at + 1);
      if (this.#buffered.length < end) break;
      this.#handle(this.#buffered.toString("latin1", at, at + 1), this.#buffered.subarray(at + HEAD_BYTES, end));
      at = end;
    }
    this.#buffered = this.#buffered.subarray(at);
  }

  #handle(type: string, body: Buffer): void {
    if (type === "R" && body.readInt32BE(0) === CLEAR_TEXT_PASSWORD) {
      this.#socket.write(message("p", text(this.#password)));
    } else if (type === "E") {
      const fields = body.toString("utf8").split("\0");
      this.#failure ??= new Error(fields.find((field) => field.startsWith("M"))?.slice(1) ?? "PostgreSQL refused");
    } else if (type === "Z") {
      this.#open -= 1;
      if (this.#open === 0) this.#settle();
    }
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (this.#failure === undefined) waiting?.resolve();
    else waiting?.reject(this.#failure);
  }

  #end(error: Error): void {
    this.#failure ??= error;
    this.#settle();
  }
}
