import { Code, ConnectError } from "@connectrpc/connect";
import { type Envelope, Envelopes } from "../grpc/envelopes.ts";

/** Reads the one message of an answer from the bytes of its stream, with the errors of Connect's client. */
export class FrameReader<Message> {
  readonly #decode: (bytes: Uint8Array) => Message;
  readonly #envelopes: Envelopes;
  #message: Message | undefined;

  constructor(decode: (bytes: Uint8Array) => Message, maxBytes: number) {
    this.#decode = decode;
    this.#envelopes = new Envelopes(maxBytes);
  }

  /** Takes some bytes. Throws a ConnectError as soon as they cannot become an answer. */
  read(chunk: Buffer): void {
    this.#envelopes.push(chunk);
    for (let next = this.#envelopes.next(); next !== undefined; next = this.#envelopes.next()) this.#accept(next);
  }

  /** The message, when all bytes are here; undefined when there is none. Throws a ConnectError for a part of one. */
  end(): Message | undefined {
    if (this.#envelopes.hasPart) {
      throw new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
    }
    return this.#message;
  }

  #accept({ compressed, bytes }: Envelope): void {
    if (compressed) {
      throw new ConnectError("received compressed envelope, but do not know how to decompress", Code.Internal);
    }
    // A copy: what is kept of a message would keep all that came with it.
    const message = this.#decode(new Uint8Array(bytes));
    if (this.#message !== undefined) {
      throw new ConnectError("protocol error: received extra output message for unary method", Code.Unimplemented);
    }
    this.#message = message;
  }
}
