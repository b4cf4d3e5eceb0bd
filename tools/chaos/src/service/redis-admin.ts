import type { TestRedis } from "@skyport/testing";

/** One field of INFO, such as `used_memory`. */
export async function redisInfo(redis: TestRedis, field: string): Promise<string | undefined> {
  const lines = String(await redis.command("INFO", "everything")).split("\r\n");
  return lines.find((line) => line.startsWith(`${field}:`))?.slice(field.length + 1);
}
