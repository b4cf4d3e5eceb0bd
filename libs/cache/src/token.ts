import { randomBytes } from "node:crypto";

/** Random bytes in a token: two writers must never draw the same one. */
const TOKEN_BYTES = 12;

/** Tokens drawn from one call into the system's generator. */
const BATCH = 256;

let pool = Buffer.alloc(0);
let offset = 0;

/** A new token: 96 random bits in base64url, which holds none of the characters that separate parts of a value. */
export function newToken(): string {
  if (offset === pool.length) {
    pool = randomBytes(TOKEN_BYTES * BATCH);
    offset = 0;
  }
  offset += TOKEN_BYTES;
  return pool.toString("base64url", offset - TOKEN_BYTES, offset);
}
