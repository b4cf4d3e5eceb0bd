import type { Socket } from "node:net";

/** What a link does to the bytes of one direction. */
export interface Weather {
  /** Each chunk arrives this much later, in milliseconds. */
  delayMs: number;
  /** Nothing arrives: what is sent waits, as it does in TCP while packets are lost. */
  blackhole: boolean;
}

type Item = { readonly at: number; readonly chunk: Buffer | undefined };

/** How much may wait in a direction before its sender is held back, as a full window would. */
const WINDOW_BYTES = 1 << 20;

/** One direction of one connection: carries chunks, and the end of the stream, in order and through the weather. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #queue: Item[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, weather: Weather) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
    from.on("data", (chunk: Buffer) => this.#take(chunk));
    from.on("end", () => this.#take(undefined));
    to.on("drain", () => this.flush());
  }

  #take(chunk: Buffer | undefined): void {
    this.#queue.push({ chunk, at: performance.now() + this.#weather.delayMs });
    this.#waitingBytes += chunk?.length ?? 0;
    if (this.#waitingBytes > WINDOW_BYTES) this.#from.pause();
    this.flush();
  }

  /** Bytes that were sent and have not been passed on. */
  get held(): number {
    return this.#waitingBytes;
  }

  /** Passes on what is due; to be called again whenever the weather changes. */
  flush(): void {
    clearTimeout(this.#timer);
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (this.#weather.blackhole || this.#to.destroyed || this.#to.writableNeedDrain) return;
      const wait = next.at - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flush(), Math.ceil(wait));
        return;
      }
      this.#queue.shift();
      if (next.chunk === undefined) this.#to.end();
      else this.#to.write(next.chunk);
      this.#waitingBytes -= next.chunk?.length ?? 0;
    }
    this.#from.resume();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }
}
