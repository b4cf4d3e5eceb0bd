import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../core/body.ts";
import type { Codec } from "../core/codec.ts";
import { FRAME_HEAD } from "../core/encoded.ts";
import { Envelopes } from "./envelopes.ts";

/**
 * Reads the one message of a unary call from the bytes of its stream, with the errors of Connect's handlers: one by one
 * as they come up, so that a caller who never ends its request still learns what is wrong with it.
 */
export class MessageReader {
  readonly #codec: Codec;
  readonly #binary: boolean;
  readonly #maxBytes: number;
  readonly #envelopes: Envelopes;
  #message: Message | undefined;

  constructor(codec: Codec, binary: boolean, maxBytes: number) {
    this.#codec = codec;
    this.#binary = binary;
    this.#maxBytes = maxBytes;
    this.#envelopes = new Envelopes(maxBytes);
  }

  /** Takes some bytes. Throws a ConnectError. */
  read(chunk: Buffer): void {
    if (this.#envelopes.isBetween && isWhole(chunk)) {
      // As nearly every request comes.
      if (chunk.byteLength - FRAME_HEAD > this.#maxBytes) throw tooLarge(this.#maxBytes, chunk.byteLength - FRAME_HEAD);
      this.#accept(((chunk[0] ?? 0) & 1) === 1, chunk.subarray(FRAME_HEAD));
      return;
    }
    this.#envelopes.push(chunk);
    // A head that is too large counts before the messages that came with it.
    const first = this.#envelopes.next();
    if (first === undefined) return;
    const envelopes = [first];
    for (let more = this.#envelopes.next(); more !== undefined; more = this.#envelopes.next()) envelopes.push(more);
    for (const { compressed, bytes } of envelopes) this.#accept(compressed, bytes);
  }

  /** The message, when all bytes are here. Throws a ConnectError when there is none, or more. */
  end(): Message {
    if (this.#envelopes.hasPart) throw new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
    if (this.#message !== undefined) return this.#message;
    throw new ConnectError("protocol error: missing input message for unary method", Code.Unimplemented);
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
}

/** Whether a chunk is one message, no more and no less. */
function isWhole(chunk: Buffer): boolean {
  return chunk.byteLength >= FRAME_HEAD && chunk.readUInt32BE(1) === chunk.byteLength - FRAME_HEAD;
}
