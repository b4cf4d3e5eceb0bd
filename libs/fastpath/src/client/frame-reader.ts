import { Code, ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../core/body.ts";
import { FRAME_HEAD } from "../core/encoded.ts";

/** Never pushed to: whoever adds the first chunk makes a list of its own. */
const NONE: Buffer[] = [];

/** Reads the one message of an answer from the bytes of its stream, with the errors of Connect's client. */
export class FrameReader<Message> {
  readonly #decode: (bytes: Uint8Array) => Message;
  readonly #maxBytes: number;
  #message: Message | undefined;
  #pending: Buffer[] = NONE;
  #size = 0;
  /** Of the message that comes next, once its head is here; -1 before. */
  #length = -1;
  #compressed = false;

  constructor(decode: (bytes: Uint8Array) => Message, maxBytes: number) {
    this.#decode = decode;
    this.#maxBytes = maxBytes;
  }

  /** Takes some bytes. Throws a ConnectError as soon as they cannot become an answer. */
  read(chunk: Buffer): void {
    if (this.#size === 0) this.#pending = [chunk];
    else this.#pending.push(chunk);
    this.#size += chunk.byteLength;
    while (this.#hasHead() && this.#size >= this.#length) {
      const bytes = this.#take(this.#length);
      this.#length = -1;
      this.#accept(bytes);
    }
  }

  /** The message, when all bytes are here; undefined when there is none. Throws a ConnectError for a part of one. */
  end(): Message | undefined {
    if (this.#size > 0) {
      throw new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
    }
    return this.#message;
  }

  #hasHead(): boolean {
    if (this.#length >= 0) return true;
    if (this.#size < FRAME_HEAD) return false;
    const head = this.#take(FRAME_HEAD);
    this.#compressed = ((head[0] ?? 0) & 1) === 1;
    this.#length = head.readUInt32BE(1);
    if (this.#length > this.#maxBytes) throw tooLarge(this.#maxBytes, this.#length);
    return true;
  }

  #accept(bytes: Buffer): void {
    if (this.#compressed) {
      throw new ConnectError("received compressed envelope, but do not know how to decompress", Code.Internal);
    }
    // A copy: what is kept of a message would keep all that came with it.
    const message = this.#decode(new Uint8Array(bytes));
    if (this.#message !== undefined) {
      throw new ConnectError("protocol error: received extra output message for unary method", Code.Unimplemented);
    }
    this.#message = message;
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
