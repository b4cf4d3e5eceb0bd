import { Deadline } from "@skyport/deadline";
import type { Seen } from "@skyport/testing";
import { Redis } from "ioredis";
import { decode, encode } from "./encoding.ts";
import { type Row, seenOf } from "./rows.ts";
import type { DesignTools } from "./tools.ts";

/**
 * Cache-aside over Redis, as most services have it: what is not cached is read from the database and then stored. What a
 * write does with the key is the design's own.
 */
export class Aside {
  readonly redis: Redis;
  readonly #tools: DesignTools;

  constructor(tools: DesignTools) {
    this.#tools = tools;
    this.redis = new Redis(tools.description.redisUrl);
    // Each command's own failure is seen by its caller.
    this.redis.on("error", () => undefined);
  }

  readonly read = async (key: string): Promise<Seen> => {
    const { rows, counts } = this.#tools;
    const cached = await this.redis.get(key);
    if (cached !== null) {
      counts.add("hit");
      return seenOf(decode(cached));
    }
    const row = (await rows.load([key], this.#deadline())).get(key);
    await this.set(key, row);
    return seenOf(row);
  };

  readonly readMany = async (keys: readonly string[]): Promise<ReadonlyMap<string, Seen>> => {
    const { rows, counts } = this.#tools;
    const cached = await this.redis.mget(...keys);
    const found = new Map<string, Seen>();
    for (const [index, key] of keys.entries()) {
      const text = cached[index];
      if (typeof text === "string") found.set(key, seenOf(decode(text)));
    }
    counts.add("hit", found.size);
    const missing = keys.filter((key) => !found.has(key));
    if (missing.length === 0) return found;
    const loaded = await rows.load(missing, this.#deadline());
    await Promise.all(missing.map((key) => this.set(key, loaded.get(key))));
    for (const key of missing) found.set(key, seenOf(loaded.get(key)));
    return found;
  };

  async set(key: string, row: Row | undefined): Promise<void> {
    await this.redis.set(key, encode(row), "PX", this.#tools.ttlMs);
  }

  async delete(key: string): Promise<void> {
    await this.redis.del(key);
  }

  close(): void {
    this.redis.disconnect();
  }

  #deadline(): Deadline {
    return Deadline.after(this.#tools.deadlineMs);
  }
}
