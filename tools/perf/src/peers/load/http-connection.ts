import type { Socket } from "node:net";
import { readHttpAnswer } from "./http-answer.ts";
import type { Connection, Sink, Subject, Turns } from "./load.ts";
import { openSocket } from "./socket.ts";

const OK = 200;

/** A keep-alive connection with one request at a time. */
export class HttpConnection implements Connection {
  readonly #turns: Turns;
  readonly #expected: Uint8Array | undefined;
  readonly #sink: Sink;
  readonly #stopped = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #sentAt = 0;
  #running = false;
  #waiting = false;

  private constructor({ answer }: Subject, turns: Turns, sink: Sink) {
    this.#turns = turns;
    this.#expected = answer;
    this.#sink = sink;
  }

  static async open(subject: Subject, turns: Turns, sink: Sink): Promise<HttpConnection> {
    const connection = new HttpConnection(subject, turns, sink);
    connection.#socket = await openSocket(
      subject.port,
      (bytes) => connection.#consume(bytes),
      (why) => connection.#end(why),
    );
    return connection;
  }

  start(): void {
    this.#running = true;
    this.#send();
  }

  stop(): Promise<void> {
    this.#running = false;
    if (!this.#waiting) this.#stopped.resolve();
    return this.#stopped.promise;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #send(): void {
    this.#waiting = true;
    this.#sentAt = performance.now();
    this.#socket?.write(this.#turns.next());
  }

  #consume(bytes: Buffer): number {
    const answer = readHttpAnswer(bytes);
    if (answer === undefined) return 0;
    this.#waiting = false;
    const isExpected = this.#expected === undefined || answer.body.equals(this.#expected);
    if (answer.status === OK && isExpected) this.#sink.answered(this.#sentAt);
    else this.#sink.failed(`${answer.status} ${answer.body.toString("latin1").slice(0, 200)}`);
    if (this.#running) this.#send();
    else this.#stopped.resolve();
    return answer.size;
  }

  #end(why: string): void {
    if (this.#waiting) this.#sink.failed(why);
    this.#waiting = false;
    this.#running = false;
    this.#stopped.resolve();
  }
}
