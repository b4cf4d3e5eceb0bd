import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { DomainError } from "@skyport/errors";

/** A value of the last row's sort key: bigint for numbers and for times in microseconds, else a string. */
export type CursorValue = bigint | string;

const MIN_SECRET_BYTES = 32;
const VERSION = 1;
/** Half of HMAC-SHA-256, the least that RFC 2104 recommends. */
const MAC_BYTES = 16;

/**
 * Page tokens: the position after the last row, in URL-safe base64, authenticated, and bound to the request that it belongs
 * to. They are not encrypted: a cursor holds what the page has shown already.
 */
export class PageTokens {
  readonly #key: Buffer;

  /**
   * @param secret at least 32 bytes, shared by all instances; the key is derived from it (HKDF, RFC 5869), so that it may
   * serve other purposes too.
   * @throws Error when it is shorter.
   */
  constructor(secret: string | Uint8Array) {
    const bytes = Buffer.from(secret);
    if (bytes.length < MIN_SECRET_BYTES) throw new Error(`a page token secret has at least ${MIN_SECRET_BYTES} bytes`);
    this.#key = Buffer.from(hkdfSync("sha256", bytes, "", "skyport page token v1", 32));
  }

  /** The token of the page after `cursor`. `binding` tells the list, its filter and its order: see `pageBinding`. */
  encode(binding: string, cursor: readonly CursorValue[]): string {
    const payload = Buffer.from(JSON.stringify(cursor.map(encodeValue)));
    const body = Buffer.concat([Buffer.of(VERSION), payload]);
    return Buffer.concat([this.#mac(binding, body), body]).toString("base64url");
  }

  /**
   * The cursor of a token that `encode` made for the same binding.
   *
   * @throws PAGE_TOKEN_INVALID for any other.
   */
  decode(binding: string, token: string): readonly CursorValue[] {
    const bytes = Buffer.from(token, "base64url");
    const body = bytes.subarray(MAC_BYTES);
    // Base64 has several spellings of the same bytes; only the one that was issued is taken.
    const canonical = bytes.toString("base64url") === token;
    if (!canonical || body[0] !== VERSION) throw pageTokenInvalid();
    if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.#mac(binding, body))) throw pageTokenInvalid();
    // Authentic, so written by `encode`.
    return (JSON.parse(body.subarray(1).toString()) as string[]).map(decodeValue);
  }

  #mac(binding: string, body: Uint8Array): Buffer {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(binding));
    return createHmac("sha256", this.#key).update(length).update(binding).update(body).digest().subarray(0, MAC_BYTES);
  }
}

function encodeValue(value: CursorValue): string {
  return typeof value === "bigint" ? `n${value}` : `s${value}`;
}

function decodeValue(text: string): CursorValue {
  return text.startsWith("n") ? BigInt(text.slice(1)) : text.slice(1);
}

/** A text that differs whenever any of its parts does: the RPC's name, each filter's value, the order. */
export function pageBinding(...parts: readonly (string | number | bigint | boolean | undefined)[]): string {
  return JSON.stringify(parts.map((part) => (part === undefined ? null : `${typeof part} ${part}`)));
}

function pageTokenInvalid(): DomainError {
  const description = "was not issued for this list, filter and order";
  return new DomainError("PAGE_TOKEN_INVALID", `page_token ${description}`, {
    fields: [{ field: "page_token", description }],
  });
}
