/** Up to this size a string is sent; above it the copy that this takes costs more than a second write. */
export const MAX_TEXT_BYTES = 16 * 1024;

/**
 * An encoded message. Both of its forms are made when they are first asked for, and kept: a `Uint8Array` to frame or
 * compress, and a string with one character a byte. `node:http` sends a short string in one write with the headers, where
 * bytes take two.
 */
export class Encoded {
  readonly byteLength: number;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #latin1: string | undefined;
  #frame: Uint8Array<ArrayBuffer> | undefined;
  #isKept = false;

  private constructor(byteLength: number, bytes: Uint8Array<ArrayBuffer> | undefined, latin1: string | undefined) {
    this.byteLength = byteLength;
    this.#bytes = bytes;
    this.#latin1 = latin1;
  }

  static ofBytes(bytes: Uint8Array<ArrayBuffer>): Encoded {
    return new Encoded(bytes.byteLength, bytes, undefined);
  }

  /** One character a byte. */
  static ofLatin1(latin1: string): Encoded {
    return new Encoded(latin1.length, undefined, latin1);
  }

  /** Text, encoded as UTF-8. */
  static ofText(text: string): Encoded {
    const byteLength = Buffer.byteLength(text);
    // As many bytes as characters: all of it is ASCII, which is its own Latin-1 form.
    return byteLength === text.length
      ? new Encoded(byteLength, undefined, text)
      : new Encoded(byteLength, utf8.encode(text), undefined);
  }

  /**
   * Says that it will be held for long: what it makes from now on has memory of its own, where a small Buffer is otherwise a
   * part of a block of 64 KB, and holds that.
   */
  keep(): this {
    this.#isKept = true;
    return this;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes === undefined) {
      const bytes = this.#allocate(this.byteLength);
      bytes.write(this.#latin1 ?? "", "latin1");
      this.#bytes = bytes;
    }
    return this.#bytes;
  }

  /** The bytes with the head of a message that is not compressed before them, as gRPC sends it. */
  get frame(): Uint8Array<ArrayBuffer> {
    if (this.#frame === undefined) {
      const frame = this.#allocate(FRAME_HEAD + this.byteLength);
      writeHead(frame, 0, this.byteLength);
      if (this.#bytes === undefined) frame.write(this.#latin1 ?? "", FRAME_HEAD, "latin1");
      else frame.set(this.#bytes, FRAME_HEAD);
      this.#frame = frame;
    }
    return this.#frame;
  }

  /** One character a byte, to be written with the encoding `latin1`. */
  get latin1(): string {
    this.#latin1 ??= asBuffer(this.bytes).toString("latin1");
    return this.#latin1;
  }

  #allocate(byteLength: number): Buffer<ArrayBuffer> {
    return this.#isKept ? Buffer.allocUnsafeSlow(byteLength) : Buffer.allocUnsafe(byteLength);
  }
}

/**
 * A message of gRPC on the wire: a byte of flags (1: compressed), the length in four, the bytes.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function frameOf(bytes: Uint8Array, flags: number): Uint8Array<ArrayBuffer> {
  const frame = Buffer.allocUnsafe(FRAME_HEAD + bytes.byteLength);
  writeHead(frame, flags, bytes.byteLength);
  frame.set(bytes, FRAME_HEAD);
  return frame;
}

function writeHead(frame: Buffer, flags: number, byteLength: number): void {
  frame[0] = flags;
  frame.writeUInt32BE(byteLength, 1);
}

const utf8 = new TextEncoder();

/** Bytes before each message of gRPC. */
export const FRAME_HEAD = 5;

function asBuffer(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
