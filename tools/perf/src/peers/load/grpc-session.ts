import type { Socket } from "node:net";
import {
  clientSettings,
  FLAG,
  FRAME_HEAD_BYTES,
  frame,
  grpcHeaders,
  PREFACE,
  STREAM_ID_AT,
  TYPE,
  windowUpdate,
} from "./http2-frames.ts";
import type { Connection, Sink, Subject, Turns } from "./load.ts";
import { openSocket } from "./socket.ts";

const STREAM_WINDOW = 1024 * 1024;
const SESSION_WINDOW = 1 << 30;
/** When so much of the window is used up, it is opened again. */
const REFILL = 1 << 28;

interface OpenStream {
  readonly sentAt: number;
  message: Buffer | undefined;
}

/** One HTTP/2 connection with several gRPC calls at a time. Node's own client would cost more than the servers do. */
export class GrpcSession implements Connection {
  readonly #subject: Subject;
  readonly #sink: Sink;
  readonly #streams: number;
  readonly #open = new Map<number, OpenStream>();
  readonly #stopped = Promise.withResolvers<void>();
  readonly #turns: Turns;
  readonly #later: Buffer;
  #first: Buffer | undefined;
  #socket: Socket | undefined;
  #outgoing: Buffer[] = [];
  #nextId = 1;
  #received = 0;
  #running = false;

  private constructor(subject: Subject, turns: Turns, sink: Sink, streams: number) {
    const headers = grpcHeaders(subject.path, `127.0.0.1:${subject.port}`);
    const head = (block: Buffer): Buffer => frame(TYPE.headers, FLAG.endHeaders, 0, block);
    this.#first = head(headers.first);
    this.#later = head(headers.later);
    this.#subject = subject;
    this.#turns = turns;
    this.#sink = sink;
    this.#streams = streams;
  }

  static async open(subject: Subject, turns: Turns, sink: Sink, streams: number): Promise<GrpcSession> {
    const session = new GrpcSession(subject, turns, sink, streams);
    session.#socket = await openSocket(
      subject.port,
      (bytes) => session.#consume(bytes),
      (why) => session.#end(why),
    );
    session.#outgoing.push(PREFACE, clientSettings(STREAM_WINDOW), windowUpdate(SESSION_WINDOW));
    session.#flush();
    return session;
  }

  start(): void {
    this.#running = true;
    for (let stream = 0; stream < this.#streams; stream++) this.#request();
    this.#flush();
  }

  stop(): Promise<void> {
    this.#running = false;
    if (this.#open.size === 0) this.#stopped.resolve();
    return this.#stopped.promise;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #request(): void {
    const id = this.#nextId;
    const head = Buffer.from(this.#first ?? this.#later);
    head.writeUInt32BE(id, STREAM_ID_AT);
    this.#first = undefined;
    this.#nextId += 2;
    this.#open.set(id, { sentAt: performance.now(), message: undefined });
    this.#outgoing.push(head, frame(TYPE.data, FLAG.endStream, id, this.#turns.next()));
  }

  #flush(): void {
    if (this.#outgoing.length === 0) return;
    this.#socket?.write(this.#outgoing.length === 1 ? (this.#outgoing[0] ?? "") : Buffer.concat(this.#outgoing));
    this.#outgoing = [];
  }

  #consume(bytes: Buffer): number {
    let at = 0;
    while (bytes.length >= at + FRAME_HEAD_BYTES) {
      const end = at + FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3);
      if (bytes.length < end) break;
      this.#frame(
        bytes[at + 3] ?? 0,
        bytes[at + 4] ?? 0,
        bytes.readUInt32BE(at + 5),
        bytes.subarray(at + FRAME_HEAD_BYTES, end),
      );
      at = end;
    }
    this.#flush();
    return at;
  }

  #frame(type: number, flags: number, id: number, payload: Buffer): void {
    if (type === TYPE.settings && (flags & FLAG.ack) === 0) {
      this.#outgoing.push(frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(0)));
    } else if (type === TYPE.ping && (flags & FLAG.ack) === 0) {
      this.#outgoing.push(frame(TYPE.ping, FLAG.ack, 0, Buffer.from(payload)));
    } else if (type === TYPE.goAway) this.#end("the server said GOAWAY");
    else if (type === TYPE.resetStream) this.#finish(id, "the server reset a stream");
    else if (type === TYPE.data) this.#data(id, payload);
    if ((type === TYPE.data || type === TYPE.headers) && (flags & FLAG.endStream) !== 0) this.#finish(id, undefined);
  }

  #data(id: number, payload: Buffer): void {
    const stream = this.#open.get(id);
    if (stream !== undefined) {
      stream.message = stream.message === undefined ? Buffer.from(payload) : Buffer.concat([stream.message, payload]);
    }
    this.#received += payload.length;
    if (this.#received < REFILL) return;
    this.#outgoing.push(windowUpdate(this.#received));
    this.#received = 0;
  }

  #finish(id: number, failure: string | undefined): void {
    const stream = this.#open.get(id);
    if (stream === undefined) return;
    this.#open.delete(id);
    const { answer } = this.#subject;
    const isExpected = answer === undefined ? stream.message !== undefined : stream.message?.equals(answer) === true;
    if (failure === undefined && isExpected) this.#sink.answered(stream.sentAt);
    else this.#sink.failed(failure ?? `another answer: ${stream.message?.toString("latin1").slice(0, 200) ?? "none"}`);
    if (this.#running) this.#request();
    else if (this.#open.size === 0) this.#stopped.resolve();
  }

  #end(why: string): void {
    this.#running = false;
    for (const id of [...this.#open.keys()]) this.#finish(id, why);
    this.#stopped.resolve();
  }
}
