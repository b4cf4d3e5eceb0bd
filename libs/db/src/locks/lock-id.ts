import { createHash } from "node:crypto";

/**
 * A name's key for PostgreSQL's advisory locks: the first 8 bytes of its SHA-256, signed, so that it is the same in every
 * version and on every machine. Two names with the same key would merely wait for each other.
 */
export function lockId(name: string): bigint {
  return createHash("sha256").update(name).digest().readBigInt64BE(0);
}
