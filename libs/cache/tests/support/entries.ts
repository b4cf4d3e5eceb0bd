import { eventually, type TestRedis } from "@skyport/testing";

/** What stands in a Redis for the rows of the tests, read past the cache. */
export class Entries {
  readonly #redis: TestRedis;

  constructor(redis: TestRedis) {
    this.#redis = redis;
  }

  /** The full keys of a row's entries, one for each namespace that has one. */
  async keys(id: string): Promise<readonly string[]> {
    const keys = await this.#redis.command("KEYS", `skyport:*:row:${id}`);
    return Array.isArray(keys) ? keys.map(String) : [];
  }

  /** A row's entry, where there is one namespace; empty when there is none. */
  async get(id: string): Promise<string> {
    const [key] = await this.keys(id);
    return key === undefined ? "" : String((await this.#redis.command("GET", key)) ?? "");
  }

  async delete(id: string): Promise<void> {
    for (const key of await this.keys(id)) await this.#redis.command("DEL", key);
  }

  /** The moment, on the server's clock, at which the last intent in the row's entry ends. */
  async deadline(id: string): Promise<number> {
    const entry = await this.get(id);
    const deadlines = [...entry.matchAll(/=(\d+)/g)].map(([, digits]) => Number(digits));
    if (!entry.startsWith("W") || deadlines.length === 0) throw new Error(`no intents on ${id}, but ${entry}`);
    return Math.max(...deadlines);
  }

  /** The server's clock, in milliseconds. */
  async now(): Promise<number> {
    const time = await this.#redis.command("TIME");
    const [seconds, micros] = Array.isArray(time) ? time.map(Number) : [];
    return (seconds ?? 0) * 1_000 + (micros ?? 0) / 1_000;
  }

  async untilPast(moment: number): Promise<void> {
    await eventually(async () => (await this.now()) > moment, { withinMs: 20_000 });
  }
}
