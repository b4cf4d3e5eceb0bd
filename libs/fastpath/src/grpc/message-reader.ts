import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../core/body.ts";
import type { Codec } from "../core/codec.ts";
import { FRAME_HEAD } from "../core/encoded.ts";

/** Never pushed to: whoever adds the first chunk makes a list of its own. */
const NONE: Buffer[] = [];

/** A message that is here, with its flags. */
interface Envelope {
  readonly compressed: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Reads the one message of a unary call from the bytes of its stream, with the errors of Connect's handlers: one by one
 * as they come up, so that a caller who never ends its request still learns what is wrong with it.
 */
export class MessageReader {
  readonly #codec: Codec;
  readonly #binary: boolean;
  readonly #maxBytes: number;
  #message: Message | undefined;
  #pending: Buffer[] = NONE;
  #size = 0;
  /** Of the message that comes next, once its head is here; -1 before. */
  #length = -1;
  #compressed = false;

  constructor(codec: Codec, binary: boolean, maxBytes: number) {
    this.#codec = codec;
    this.#binary = binary;
    this.#maxBytes = maxBytes;
  }

  /** Takes some bytes. Throws a ConnectError. */
  read(chunk: Buffer): void {
    if (this.#size === 0 && this.#length < 0 && isWhole(chunk)) {
      // As nearly every request comes.
      if (chunk.byteLength - FRAME_HEAD > this.#maxBytes) throw tooLarge(this.#maxBytes, chunk.byteLength - FRAME_HEAD);
      this.#accept(((chunk[0] ?? 0) & 1) === 1, chunk.subarray(FRAME_HEAD));
      return;
    }
    if (this.#size === 0) this.#pending = [chunk];
    else this.#pending.push(chunk);
    this.#size += chunk.byteLength;
    // A head that is too large counts before the messages that came with it.
    const first = this.#next();
    if (first === undefined) return;
    const envelopes = [first];
    for (let more = this.#next(); more !== undefined; more = this.#next()) envelopes.push(more);
    for (const { compressed, bytes } of envelopes) this.#accept(compressed, bytes);
  }

  /** The message, when all bytes are here. Throws a ConnectError when there is none, or more. */
  end(): Message {
    if (this.#size > 0) throw new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
    if (this.#message !== undefined) return this.#message;
    throw new ConnectError("protocol error: missing input message for unary method", Code.Unimplemented);
  }

  #next(): Envelope | undefined {
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

  #accept(compressed: boolean, bytes: Uint8Array): void {
    if (compressed) {
      throw new ConnectError("received compressed envelope, but do not know how to decompress", Code.Internal);
    }
    const message = this.#codec.decode(bytes, this.#binary);
    if (this.#message !== undefined) {
      throw new ConnectError("protocol error: received extra input message for unary method", Code.Unimplemented);
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

/** Whether a chunk is one message, no more and no less. */
function isWhole(chunk: Buffer): boolean {
  return chunk.byteLength >= FRAME_HEAD && chunk.readUInt32BE(1) === chunk.byteLength - FRAME_HEAD;
}
