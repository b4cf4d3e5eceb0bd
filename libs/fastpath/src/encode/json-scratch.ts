import { Scratch } from "./scratch.ts";

/** Up to it a text is quicker written character by character than by a call into the engine. */
const MAX_LOOP = 12;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const INT32_MAX = 0x7fff_ffff;

/** Of each byte, 1 if it stands for itself in a JSON text. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x7f);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** Writes the parts of a JSON text. */
export class JsonScratch extends Scratch {
  /** Text in printable ASCII. */
  ascii(text: string): void {
    this.utf8(text);
  }

  /** A string, as `JSON.stringify` writes it. */
  quoted(text: string): void {
    const { length } = text;
    this.reserve(length * 3 + 2);
    const { bytes } = this;
    let at = this.at;
    bytes[at++] = QUOTE;
    let plain = 1;
    if (length <= MAX_LOOP) {
      for (let i = 0; i < length; i++) {
        const code = text.charCodeAt(i);
        bytes[at++] = code;
        plain &= PLAIN[code] ?? 0;
      }
    } else {
      const end = at + bytes.write(text, at);
      while (at < end) plain &= PLAIN[bytes[at++] ?? 0] ?? 0;
    }
    if (plain === 0) {
      this.utf8(JSON.stringify(text));
      return;
    }
    bytes[at++] = QUOTE;
    this.at = at;
  }

  /** A whole number from 0 to 2^53 - 1. */
  digits(value: number): void {
    let count = 1;
    for (let limit = 10; limit <= value; limit *= 10) count++;
    this.lastDigits(value, count);
  }

  /** The last digits of such a number, as many as are asked for. */
  lastDigits(value: number, count: number): void {
    this.reserve(count);
    const { bytes, at: start } = this;
    let left = value;
    let at = start + count;
    this.at = at;
    while (at > start) {
      const tens = left <= INT32_MAX ? (left / 10) | 0 : Math.floor(left / 10);
      bytes[--at] = ZERO + (left - tens * 10);
      left = tens;
    }
  }

  /** A number of two digits, and a character. */
  pair(value: number, next: number): void {
    this.reserve(3);
    const { bytes, at } = this;
    const tens = (value / 10) | 0;
    bytes[at] = ZERO + tens;
    bytes[at + 1] = ZERO + (value - tens * 10);
    bytes[at + 2] = next;
    this.at = at + 3;
  }
}
