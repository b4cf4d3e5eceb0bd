import { Encoded, MAX_TEXT_BYTES } from "../core/encoded.ts";

const FIRST_BYTES = 16 * 1024;

/** What may be kept of the memory between answers. */
const MAX_KEPT_BYTES = 256 * 1024;

/** Memory that grows, and is used again for each answer: what is written there is copied once, when it is complete. */
export class Scratch {
  protected bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  protected at = 0;
  /** Of the bytes: asking them costs more. */
  #capacity = FIRST_BYTES;

  /** How much was written. */
  get length(): number {
    return this.at;
  }

  /**
   * Runs `write`. An answer may be written while another one is (a message may have getters): each starts where the other
   * one has come to.
   *
   * @returns what it wrote, or undefined if it failed
   */
  record<P>(writer: { message(plan: P, value: unknown): void }, plan: P, value: unknown): Encoded | undefined {
    const start = this.at;
    try {
      writer.message(plan, value);
      return this.#take(start);
    } catch {
      return undefined;
    } finally {
      this.at = start;
      if (start === 0 && this.#capacity > MAX_KEPT_BYTES) this.#use(Buffer.allocUnsafeSlow(FIRST_BYTES));
    }
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  protected utf8(text: string): void {
    this.reserve(text.length * 3);
    this.at += this.bytes.write(text, this.at);
  }

  protected reserve(count: number): void {
    if (this.at + count > this.#capacity) this.#grow(this.at + count);
  }

  #grow(needed: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.#capacity * 2));
    this.bytes.copy(bytes, 0, 0, this.at);
    this.#use(bytes);
  }

  #use(bytes: Buffer): void {
    this.bytes = bytes;
    this.#capacity = bytes.length;
  }

  #take(start: number): Encoded {
    const { bytes, at } = this;
    if (at - start <= MAX_TEXT_BYTES) return Encoded.ofLatin1(bytes.toString("latin1", start, at));
    const copy = Buffer.allocUnsafeSlow(at - start);
    bytes.copy(copy, 0, start, at);
    return Encoded.ofBytes(copy);
  }
}
