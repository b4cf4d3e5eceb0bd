import type { Socket } from "node:net";

/** What a link does to the bytes of one direction. */
export interface Weather {
  /** Each chunk arrives this much later, in milliseconds. */
  delayMs: number;
  /** Nothing arrives: what is sent waits, as it does in TCP while packets are lost. */
  blackhole: boolean;
  /** What a connection carries; undefined: as much as it can. */
  bytesPerSecond: number | undefined;
}

export const fair = (): Weather => ({ delayMs: 0, blackhole: false, bytesPerSecond: undefined });

interface Item {
  readonly at: number;
  /** Undefined: the end of the stream. */
  chunk: Buffer | undefined;
}

/** How much may wait in a direction before its sender is held back, as a full window would. */
const WINDOW_BYTES = 1 << 20;

/** A throttled direction passes on as much at once as it carries in this time, in milliseconds. */
const PIECE_MS = 10;

/** One direction of one connection: carries chunks, and the end of the stream, in order and through the weather. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #queue: Item[] = [];
  #waitingBytes = 0;
  #freeAt = 0;
  #swallows = false;
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
    if (this.#swallows) return;
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
      const { blackhole, bytesPerSecond } = this.#weather;
      if (blackhole || this.#to.destroyed || this.#to.writableEnded || this.#to.writableNeedDrain) return;
      const wait = Math.max(next.at, bytesPerSecond === undefined ? 0 : this.#freeAt) - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.flush(), Math.ceil(wait));
        return;
      }
      this.#pass(next);
    }
    this.#from.resume();
  }

  /** From now on nothing arrives for ever, and what is sent is lost. */
  swallow(): void {
    this.close();
    this.#swallows = true;
    this.#from.resume();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#waitingBytes = 0;
  }

  #pass(next: Item): void {
    const { bytesPerSecond } = this.#weather;
    if (next.chunk === undefined) {
      this.#queue.shift();
      this.#to.end();
      return;
    }
    const most = bytesPerSecond === undefined ? next.chunk.length : Math.ceil((bytesPerSecond * PIECE_MS) / 1_000);
    const piece = next.chunk.subarray(0, most);
    if (piece.length === next.chunk.length) this.#queue.shift();
    else next.chunk = next.chunk.subarray(most);
    if (bytesPerSecond !== undefined) this.#freeAt = performance.now() + (piece.length / bytesPerSecond) * 1_000;
    this.#to.write(piece);
    this.#waitingBytes -= piece.length;
  }
}
