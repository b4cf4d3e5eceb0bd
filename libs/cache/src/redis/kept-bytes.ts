import { LRUCache } from "lru-cache";
import type { MemoryBounds } from "../options.ts";

/**
 * Remembers the bytes that Redis has answered for a key, and gives the same object again while Redis answers the same
 * bytes: whoever has decoded that object need not do it again. It never stands for an answer: Redis is asked each time,
 * and bytes that differ take the place of what was kept.
 */
export class KeptBytes {
  readonly #kept: LRUCache<string, Buffer> | undefined;

  /** No entries, or no bytes: nothing is kept. */
  constructor({ maxEntries = 0, maxBytes = 0 }: MemoryBounds) {
    if (maxEntries < 1 || maxBytes < 1) return;
    this.#kept = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (bytes, key) => bytes.byteLength + key.length * 2 + 1,
    });
  }

  /** The same bytes: as an object that was given before, where there is one. */
  same(key: string, bytes: Buffer): Buffer {
    if (this.#kept === undefined) return bytes;
    const kept = this.#kept.get(key);
    if (kept?.equals(bytes)) return kept;
    // A copy of its own: what the driver gives is a part of all that came over the socket at once, and would hold it.
    const own = Buffer.allocUnsafeSlow(bytes.byteLength);
    bytes.copy(own);
    this.#kept.set(key, own);
    return own;
  }

  /** For tests: how many are kept. */
  get size(): number {
    return this.#kept?.size ?? 0;
  }
}
