import { type SharedPostgres, sharedPostgres, startRedis, type TestRedis } from "@skyport/testing";
import type { DesignDescription, DesignName } from "../designs/description.ts";
import { createRows } from "../designs/schema.ts";

/** The real servers that designs run on. */
export class Arena implements AsyncDisposable {
  readonly #postgres: SharedPostgres;
  readonly #redis: TestRedis;

  private constructor(postgres: SharedPostgres, redis: TestRedis) {
    this.#postgres = postgres;
    this.#redis = redis;
  }

  static async open(): Promise<Arena> {
    const postgres = await sharedPostgres();
    try {
      return new Arena(postgres, await startRedis());
    } catch (error) {
      await postgres.close();
      throw error;
    }
  }

  /** A design on an empty database and an empty Redis. */
  async describe(
    design: DesignName,
    options: Pick<DesignDescription, "ttlMs" | "quarantineMs"> = {},
  ): Promise<DesignDescription> {
    const databaseUrl = await this.#postgres.createDatabase();
    await createRows(databaseUrl);
    await this.#redis.restart();
    return { kind: "design", design, databaseUrl, redisUrl: this.#redis.url, ...options };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis.stop();
    await this.#postgres.close();
  }
}
