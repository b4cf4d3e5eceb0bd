import { redisInfo } from "../service/redis-admin.ts";
import { between, type FaultKind, nothingToHeal } from "./fault.ts";

const TARGET = "redis";

/** The server is killed; later an empty one answers on its port. */
export const redisKill: FaultKind = {
  name: "redis-kill",
  healing: "redis",
  create: ({ topology }, random) => {
    const { redis } = topology;
    const inject = (): Promise<void> => redis.kill();
    return { target: TARGET, holdMs: between(random, 100, 1_500), inject, heal: () => redis.restart() };
  },
};

/** Values, leases, intents and the guard of the namespace are gone. */
export const redisFlush: FaultKind = {
  name: "redis-flush",
  healing: "redis",
  create: ({ topology }) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => void (await topology.redis.command("FLUSHALL")),
    heal: nothingToHeal,
  }),
};

/** The server forgets the library's functions, as after a restart, and keeps its data. */
export const redisScriptFlush: FaultKind = {
  name: "redis-script-flush",
  healing: "redis",
  create: ({ topology }) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => void (await topology.redis.command("SCRIPT", "FLUSH")),
    heal: nothingToHeal,
  }),
};

/** The server stops in the middle of everything, and goes on as if nothing had been. */
export const redisPause: FaultKind = {
  name: "redis-pause",
  healing: "redis",
  create: ({ topology: { redis } }, random) => ({
    target: TARGET,
    holdMs: between(random, 100, 2_000),
    inject: () => redis.pause(),
    heal: () => redis.resume(),
  }),
};

/** Every connection of the services is closed by the server. */
export const redisClientKill: FaultKind = {
  name: "redis-client-kill",
  healing: "redis",
  create: ({ topology }) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => {
      const killed = await topology.redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      if (killed === 0) throw new Error("no client of Redis was killed");
    },
    heal: nothingToHeal,
  }),
};

const FILLER_BYTES = 10_000;
const FILLERS = 200;

/** First values are evicted to make room, then there is no room at all and each write is refused. */
export const redisMaxmemory: FaultKind = {
  name: "redis-maxmemory",
  healing: "redis",
  create: ({ topology: { redis } }, random) => {
    const limit = (bytes: number) => redis.command("CONFIG", "SET", "maxmemory", String(bytes));
    return {
      target: TARGET,
      holdMs: between(random, 100, 800),
      inject: async () => {
        await limit(Number(await redisInfo(redis, "used_memory")) + 10 * FILLER_BYTES);
        const filler = "x".repeat(FILLER_BYTES);
        for (let n = 0; n < FILLERS; n++) {
          await redis.command("SET", `filler:${n}`, filler, "EX", "2");
        }
        if (Number(await redisInfo(redis, "evicted_keys")) === 0) throw new Error("nothing was evicted");
        await limit(1);
      },
      heal: async () => void (await limit(0)),
    };
  },
};

const DELETE_INTENTS = `
local cursor, deleted = '0', 0
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', 'skyport:*', 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local value = redis.call('GET', key)
    if value and string.sub(value, 1, 1) == 'W' then deleted = deleted + redis.call('DEL', key) end
  end
until cursor == '0'
return deleted
`;
const WANTED = 20;
const SEARCH_MS = 3_000;

/** Intents of writes under way are deleted, as nobody but a person would. */
export const redisIntentsDeleted: FaultKind = {
  name: "redis-intents-deleted",
  healing: "redis",
  alone: true,
  knownLimit: "BACKWARD",
  create: ({ topology }) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => {
      const end = performance.now() + SEARCH_MS;
      let deleted = 0;
      while (deleted < WANTED && performance.now() < end) {
        deleted += Number(await topology.redis.command("EVAL", DELETE_INTENTS, "0"));
      }
      if (deleted === 0) throw new Error("no intent was found to delete");
    },
    heal: nothingToHeal,
  }),
};
