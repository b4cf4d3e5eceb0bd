import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { exchange, PATH } from "./answers.ts";
import type { Load } from "./load.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const [DATA, HEADERS, SETTINGS, PING, WINDOW_UPDATE] = [0, 1, 4, 6, 8];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];
const HEAD_BYTES = 9;
const WINDOW = 0x3fff_ffff;

/**
 * Connections on which so many calls are always open. Its frames are made here, once, and answers are counted by the
 * flag that ends a stream, so that the client costs less than any server. Throws when the first answer's status is not 0.
 */
export async function openGrpcLoad(port: number, connections: number, streams: number): Promise<Load> {
  await check(port);
  const all: Connection[] = [];
  for (let i = 0; i < connections; i++) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    all.push(new Connection(socket, port));
  }
  return {
    async run(ms) {
      const runs = all.map((connection) => connection.run(streams));
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const connection of all) connection.stop();
      const answers = await Promise.all(runs);
      return answers.reduce((sum, count) => sum + count, 0);
    },
    close() {
      for (const connection of all) connection.close();
    },
  };
}

class Connection {
  readonly #socket: Socket;
  /** A call as it is sent, but for its number. */
  readonly #call: Buffer;
  #received: Buffer = Buffer.alloc(0);
  #next = 1;
  #open = 0;
  #answers = 0;
  #consumed = 0;
  #stopping = false;
  #done: (() => void) | undefined;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    const body = exchange("binary").request;
    const message = Buffer.concat([Buffer.alloc(5), body]);
    message.writeUInt32BE(body.length, 1);
    this.#call = Buffer.concat([frame(HEADERS, END_HEADERS, 0, fields(port)), frame(DATA, END_STREAM, 0, message)]);
    const settings = Buffer.alloc(6);
    settings.writeUInt16BE(4, 0);
    settings.writeUInt32BE(WINDOW, 2);
    socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, settings), update(WINDOW - 65_535)]));
    socket.on("data", (chunk) => this.#read(chunk));
  }

  /** Keeps calls open until `stop`, and resolves when the last of them is answered. */
  run(streams: number): Promise<number> {
    this.#stopping = false;
    this.#answers = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#done = resolve;
    this.#send(streams);
    return promise.then(() => this.#answers);
  }

  stop(): void {
    this.#stopping = true;
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(count: number): void {
    const headersEnd = HEAD_BYTES + this.#call.readUIntBE(0, 3);
    const calls = Array.from({ length: count }, () => {
      const call = Buffer.from(this.#call);
      call.writeUInt32BE(this.#next, 5);
      call.writeUInt32BE(this.#next, headersEnd + 5);
      this.#next += 2;
      return call;
    });
    this.#open += count;
    this.#socket.write(Buffer.concat(calls));
  }

  #read(chunk: Buffer): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    let ended = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at < HEAD_BYTES + length) break;
      const [type, flags] = [bytes[at + 3], bytes[at + 4] ?? 0];
      if (type === DATA) this.#consumed += length;
      if ((type === DATA || type === HEADERS) && (flags & END_STREAM) !== 0) ended++;
      if (type === SETTINGS && (flags & ACK) === 0) this.#socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
      if (type === PING && (flags & ACK) === 0) {
        this.#socket.write(frame(PING, ACK, 0, bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length)));
      }
      at += HEAD_BYTES + length;
    }
    this.#received = bytes.subarray(at);
    if (this.#consumed > WINDOW / 4) {
      this.#socket.write(update(this.#consumed));
      this.#consumed = 0;
    }
    this.#answers += ended;
    this.#open -= ended;
    if (this.#stopping) {
      if (this.#open === 0) this.#done?.();
    } else if (ended > 0) this.#send(ended);
  }
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function update(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(WINDOW_UPDATE, 0, 0, payload);
}

/** Headers as HPACK's literals without an index (RFC 7541, section 6.2.2), which no table has to remember. */
function fields(port: number): Buffer {
  const literal = (name: string, value: string): Buffer =>
    Buffer.concat([Buffer.of(0, name.length), Buffer.from(name), Buffer.of(value.length), Buffer.from(value)]);
  return Buffer.concat([
    literal(":method", "POST"),
    literal(":scheme", "http"),
    literal(":path", PATH),
    literal(":authority", `127.0.0.1:${port}`),
    literal("content-type", "application/grpc"),
    literal("te", "trailers"),
  ]);
}

/** One call by a client that understands the answer. */
async function check(port: number): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const stream = session.request({
    ":method": "POST",
    ":path": PATH,
    "content-type": "application/grpc",
    te: "trailers",
  });
  const { request, answer } = exchange("binary");
  const head = Buffer.alloc(5);
  head.writeUInt32BE(request.length, 1);
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  stream.end(Buffer.concat([head, request]));
  const [trailers] = await once(stream, "trailers");
  session.close();
  if (trailers["grpc-status"] !== "0" || bytes !== answer.length + 5) {
    throw new Error(`the server says: ${JSON.stringify(trailers)}, ${bytes} bytes`);
  }
}
