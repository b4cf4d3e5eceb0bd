import { tooLarge } from "../core/body.ts";
import { FRAME_HEAD } from "../core/encoded.ts";

/** Never pushed to: whoever adds the first chunk makes a list of its own. */
const NONE: Buffer[] = [];

/** A message that is here, with its flags. */
export interface Envelope {
  readonly compressed: boolean;
  readonly bytes: Buffer;
}

/** Cuts the bytes of a stream into messages of gRPC. */
export class Envelopes {
  readonly #maxBytes: number;
  #pending: Buffer[] = NONE;
  #size = 0;
  /** Of the message that comes next, once its head is here; -1 before. */
  #length = -1;
  #compressed = false;

  /** @param maxBytes of one message */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether bytes wait for more of their message. */
  get hasPart(): boolean {
    return this.#size > 0;
  }

  /** Whether the next chunk begins with the head of a message. */
  get isBetween(): boolean {
    return this.#size === 0 && this.#length < 0;
  }

  push(chunk: Buffer): void {
    if (this.#size === 0) this.#pending = [chunk];
    else this.#pending.push(chunk);
    this.#size += chunk.byteLength;
  }

  /** The next message, if all of it is here. Throws a ConnectError as soon as its head says that it is too large. */
  next(): Envelope | undefined {
    if (this.#length < 0) {
      if (this.#size < FRAME_HEAD) return undefined;
      const head = this.#take(FRAME_HEAD);
      const length = head.readUInt32BE(1);
      if (length > this.#maxBytes) throw tooLarge(this.#maxBytes, length);
      this.#compressed = ((head[0] ?? 0) & 1) === 1;
      this.#length = length;
    }
    if (this.#size < this.#length) return undefined;
    const bytes = this.#take(this.#length);
    this.#length = -1;
    return { compressed: this.#compressed, bytes };
  }

  /** The next bytes, which are here. */
  #take(count: number): Buffer {
    const [only] = this.#pending;
    const all = this.#pending.length === 1 && only !== undefined ? only : Buffer.concat(this.#pending, this.#size);
    this.#size -= count;
    this.#pending = this.#size === 0 ? NONE : [all.subarray(count)];
    return all.subarray(0, count);
  }
}
