import { Scratch } from "./scratch.ts";

/** Up to it a text is quicker written character by character than by a call into the engine. */
const MAX_LOOP = 12;

const INT32_MAX = 0x7fff_ffff;
const MAX_VARINT_BYTES = 10;

/** Writes the parts of a message in the binary format (https://protobuf.dev/programming-guides/encoding/). */
export class BinaryScratch extends Scratch {
  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  varint(value: number): void {
    this.reserve(MAX_VARINT_BYTES);
    const { bytes } = this;
    if (value <= 0x7f) {
      bytes[this.at++] = value;
      return;
    }
    let left = value;
    let at = this.at;
    while (left > INT32_MAX) {
      bytes[at++] = (left & 0x7f) | 0x80;
      left = Math.floor(left / 0x80);
    }
    while (left > 0x7f) {
      bytes[at++] = (left & 0x7f) | 0x80;
      left >>>= 7;
    }
    bytes[at++] = left;
    this.at = at;
  }

  /** The same for a whole number from 0 to 2^64 - 1. */
  varint64(value: bigint): void {
    let left = value;
    for (; left > 0x7fn; left >>= 7n) this.byte(Number(left & 0x7fn) | 0x80);
    this.byte(Number(left));
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.at = this.bytes.writeUInt32LE(value, this.at);
  }

  fixed64(value: bigint): void {
    this.reserve(8);
    this.at = this.bytes.writeBigUInt64LE(value, this.at);
  }

  float(value: number): void {
    this.reserve(4);
    this.at = this.bytes.writeFloatLE(value, this.at);
  }

  double(value: number): void {
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  /** Text in UTF-8, after its length. */
  text(text: string): void {
    const { length } = text;
    if (length <= MAX_LOOP && this.#ascii(text)) return;
    const start = this.at;
    this.varint(length);
    const head = this.at - start;
    this.utf8(text);
    // With more bytes than characters, the length was wrong.
    if (this.at - start - head !== length) this.#size(start, head);
  }

  /** Begins something that has its length before it. Most are short, and need one byte to say so. */
  fork(): number {
    const start = this.at;
    this.byte(0);
    return start;
  }

  /** Ends what began there. */
  join(start: number): void {
    this.#size(start, 1);
  }

  /** Writes, into `head` bytes left free for that at `start` or into as many as it takes, how much comes after them. */
  #size(start: number, head: number): void {
    const length = this.at - start - head;
    const needed = varintSize(length);
    // For all that follows: memory that grows keeps only what is before `at`.
    this.reserve(MAX_VARINT_BYTES);
    if (needed !== head) this.bytes.copyWithin(start + needed, start + head, this.at);
    this.at = start;
    this.varint(length);
    this.at = start + needed + length;
  }

  #ascii(text: string): boolean {
    const { length } = text;
    this.reserve(length + 1);
    const { bytes } = this;
    let at = this.at;
    bytes[at++] = length;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      bytes[at++] = code;
      seen |= code;
    }
    if (seen > 0x7f) return false;
    this.at = at;
    return true;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let left = value; left > 0x7f; left = Math.floor(left / 0x80)) size++;
  return size;
}
