import { RedisNotFound, startRedis } from "@skyport/testing";
import { noiseBetween, type Side } from "../peers/measure/rounds.ts";
import { fileBeside, Program } from "../peers/process/program.ts";
import { inTurns } from "../rounds/rounds.ts";
import type { Target } from "../targets/target.ts";
import type { ReadOrder, ReadResult } from "./redis-reader.ts";
import { compared } from "./verdict.ts";

const AT_LEAST = 0.5;

function side(name: string, reader: Program, way: ReadOrder["way"]): Side {
  return {
    name,
    async run(seconds) {
      const before = await reader.usage();
      const order: ReadOrder = { kind: "read", way, seconds };
      const { reads, seconds: took } = await reader.ask<ReadResult>(order, "have read");
      const cpuMicros = (await reader.usage()).cpuMicros - before.cpuMicros;
      // There is no load but the reader itself.
      const unknown = { p50Ms: Number.NaN, p99Ms: Number.NaN, generatorCores: Number.NaN };
      return { ...unknown, perSecond: reads / took, cpuMicros: cpuMicros / reads };
    },
  };
}

/** A product from the cache in Redis, decoded, beside a bare GET by the same driver in the same process. */
export const REDIS_READS: Target = {
  name: "cached product through Redis / bare Redis GET",
  wanted: `>= ${AT_LEAST.toFixed(2)}`,
  async measure(budget, progress) {
    await using opened = new AsyncDisposableStack();
    const redis = await startRedis().catch((error: unknown) => {
      if (error instanceof RedisNotFound) return undefined;
      throw error;
    });
    if (redis === undefined) {
      return { value: Number.NaN, met: undefined, noise: 0, detail: "not measured: this machine has no Redis" };
    }
    opened.use(redis);
    const args = [fileBeside(import.meta.url, "./redis-reader.ts")];
    const env = { NODE_ENV: "production", REDIS_URL: redis.url };
    const reader = opened.use(await Program.start({ name: "the reader", args, place: "server", env }));
    await reader.hear("ready to read");
    const sides = [side("GET", reader, "bare"), side("cache", reader, "cache"), side("GET, again", reader, "bare")];
    const series = await inTurns(sides, budget, progress);
    const { ratio, text } = compared(series, "", "cache", "GET");
    const noise = noiseBetween(series, "GET", "GET, again");
    return { value: ratio.median, met: ratio.median >= AT_LEAST, noise, detail: text.trim() };
  },
};
