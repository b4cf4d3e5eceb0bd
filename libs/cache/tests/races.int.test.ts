import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import {
  HistoryChecker,
  monotonicMs,
  redisAvailable,
  type Seen,
  seed,
  startRedis,
  type Verdict,
} from "@skyport/testing";
import { Cache } from "../src/cache.ts";
import { MemoryStore } from "../src/memory/memory-store.ts";
import { RedisStore } from "../src/redis/redis-store.ts";
import type { CacheStore } from "../src/store.ts";
import { type CacheMetrics, NO_LOGGER, NO_METRICS } from "../src/telemetry.ts";
import { Admin } from "./redis-world.ts";
import { decode, encode, SlowRegister } from "./slow-register.ts";
import { slowStore } from "./slow-store.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const INSTANCES = 3;
const READERS = 4;
const WRITERS = 2;
const IDS = ["a", "b", "c"];
/** Acknowledged writes and hits without which a race has proved nothing. */
const ENOUGH = 50;
const MAX_MS = 20_000;

/** How one instance reads a row and writes several in one transaction, which gives them their versions. */
interface Instance extends AsyncDisposable {
  read(id: string): Promise<Seen>;
  write(ids: readonly string[], mark: string): Promise<ReadonlyMap<string, bigint>>;
}

const NO_ROW: Seen = { version: undefined, mark: undefined };

suite("random races of three instances over one Redis", () => {
  const started = startRedis();
  afterAll(async () => (await started).stop());

  const random = randomFrom(seed());
  const pause = async (): Promise<void> => {
    const roll = random();
    if (roll < 0.3) return;
    if (roll < 0.7) await turn();
    else await sleep(random() * 4);
  };
  let databases = 0;
  const deadline = () => Deadline.after(5_000);

  let hits = 0;
  let peeks = 0;
  const metrics: CacheMetrics = {
    count: (counter, by) => {
      if (counter === "hit") hits += by;
    },
    breaker: () => undefined,
  };

  async function protocol(register: SlowRegister): Promise<Instance> {
    const redis = await RedisStore.open({
      url: (await started).url,
      callTimeoutMs: 1_000,
      connectTimeoutMs: 1_000,
      databaseIdentity: async () => register.identity,
      logger: NO_LOGGER,
      metrics: NO_METRICS,
      leaseMs: 500,
      // Longer than any transaction of the model takes, also on a busy machine.
      quarantineMs: 1_500,
      settlingMs: 200,
    });
    return instanceOver(redis, register);
  }

  /** Instances of one process, over the one store that it has. */
  function inProcess(): (register: SlowRegister) => Promise<Instance> {
    const store = new MemoryStore({ maxEntries: 100, maxBytes: 1_000_000, leaseMs: 500, quarantineMs: 0 });
    return async (register) => instanceOver(store, register);
  }

  function instanceOver(store: CacheStore, register: SlowRegister): Instance {
    const cache = new Cache(slowStore(store, pause), { schemaVersion: 1, waitMs: 5, metrics });
    const rows = cache.entity(register.entity());
    const writer = cache.writer(register);
    return {
      read: async (id) => {
        // Else readers who wait for nothing would leave writers no time.
        await pause();
        const held = rows.peek(id);
        if (held !== undefined && random() < 0.5) {
          peeks += 1;
          return held.value ?? NO_ROW;
        }
        const found = random() < 0.7 ? await rows.get(id, deadline()) : (await rows.getMany(IDS, deadline())).get(id);
        return found ?? NO_ROW;
      },
      write: (ids, mark) =>
        writer.write(deadline(), async (tx, intents) => {
          await intents.take(...ids.map((id) => rows.key(id)));
          const versions = new Map<string, bigint>();
          for (const id of ids) {
            const { version } = await tx.put(id, mark);
            if (random() < 0.8) intents.offer(rows, id, { version, value: { version, mark } });
            versions.set(id, version);
          }
          return versions;
        }),
      [Symbol.asyncDispose]: () => cache.close(),
    };
  }

  /** What most services do: read through, and delete after the commit. */
  async function naive(register: SlowRegister): Promise<Instance> {
    const admin = await Admin.connect((await started).url);
    return {
      read: async (id) => {
        await pause();
        const cached = await admin.run("GET", `naive:${id}`);
        await pause();
        if (cached !== null) return decode(Buffer.from(String(cached)));
        const row = (await register.load([id])).get(id);
        if (row === undefined) return NO_ROW;
        await pause();
        const seen = { version: row.version, mark: row.value };
        await admin.run("SET", `naive:${id}`, String(encode(seen)));
        return seen;
      },
      write: async (ids, mark) => {
        const written = await register.transaction(
          { deadline: deadline(), onOutcome: async () => undefined },
          async (tx) => {
            const versions = new Map<string, bigint>();
            for (const id of ids) versions.set(id, (await tx.put(id, mark)).version);
            return versions;
          },
        );
        await pause();
        await admin.run("DEL", ...ids.map((id) => `naive:${id}`));
        return written;
      },
      [Symbol.asyncDispose]: async () => admin[Symbol.dispose](),
    };
  }

  /** At least `ms`, and until enough has happened to tell, but not for ever. */
  async function race(
    make: (register: SlowRegister) => Promise<Instance>,
    ms: number,
    disturb: () => Promise<void> = async () => undefined,
  ): Promise<Verdict> {
    hits = 0;
    let writes = 0;
    databases += 1;
    const register = new SlowRegister(IDS, pause, `system:${databases}:1`);
    const instances = await Promise.all(Array.from({ length: INSTANCES }, () => make(register)));
    const checker = new HistoryChecker();
    for (const id of IDS) checker.initial(id, { version: 0n, mark: id });
    const start = performance.now();
    const over = (): boolean => {
      const elapsed = performance.now() - start;
      return elapsed >= MAX_MS || (elapsed >= ms && (make === naive || (writes >= ENOUGH && hits >= ENOUGH)));
    };
    const loop = async (work: () => Promise<void>): Promise<void> => {
      while (!over()) await work();
    };
    const any = () => IDS[Math.floor(random() * IDS.length)] ?? "a";
    const reader = (instance: Instance) => async () => {
      const [key, start] = [any(), monotonicMs()];
      const seen = await instance.read(key);
      checker.add({ kind: "read", key, start, end: monotonicMs(), seen, process: "reader" });
    };
    let marks = 0;
    const writer = (instance: Instance) => async () => {
      await sleep(random() * 30);
      const id = any();
      const ids = [...(random() < 0.3 ? IDS.filter((other) => other < id) : []), id];
      marks += 1;
      const put = { kind: "put", mark: `w${marks}`, start: monotonicMs(), process: "writer" } as const;
      // Failed writes are part of the faults: some of them stand.
      const versions = await instance.write(ids, put.mark).catch(() => undefined);
      if (versions !== undefined) writes += 1;
      const end = monotonicMs();
      for (const key of ids) {
        const version = versions?.get(key);
        checker.add({
          ...put,
          key,
          ...(version === undefined ? { outcome: "unknown" } : { outcome: "acknowledged", version, end }),
        });
      }
    };
    await Promise.all([
      loop(async () => {
        await disturb();
        await turn();
      }),
      ...instances.flatMap((instance) => [
        ...Array.from({ length: READERS }, () => loop(reader(instance))),
        ...Array.from({ length: WRITERS }, () => loop(writer(instance))),
      ]),
    ]);
    for (const instance of instances) await instance[Symbol.asyncDispose]();
    return checker.check();
  }

  test("the checker finds the stale reads of a cache that deletes after the commit", async () => {
    let verdict = await race(naive, 1_000);
    for (let round = 0; round < 10 && Math.min(verdict.counts.STALE, verdict.counts.BACKWARD) === 0; round += 1) {
      verdict = await race(naive, 1_000);
    }
    expect(verdict.counts.STALE).toBeGreaterThan(0);
    expect(verdict.counts.BACKWARD).toBeGreaterThan(0);
  });

  test("the protocol has none", async () => {
    const verdict = await race(protocol, 3_000);
    expect(verdict.violations.map(({ text }) => text)).toEqual([]);
    expect(Math.min(verdict.writes - verdict.unknownWrites, hits)).toBeGreaterThanOrEqual(ENOUGH);
  });

  test("nor has the in-process store, whose hits wait for nothing", async () => {
    peeks = 0;
    const verdict = await race(inProcess(), 2_000);
    expect(verdict.violations.map(({ text }) => text)).toEqual([]);
    expect(Math.min(verdict.writes - verdict.unknownWrites, peeks)).toBeGreaterThanOrEqual(ENOUGH);
  });

  test("nor has it any while connections are cut and the server is flushed", async () => {
    using admin = await Admin.connect((await started).url);
    let rounds = 0;
    const verdict = await race(protocol, 4_000, async () => {
      await sleep(rounds * 100 + random() * 200);
      rounds += 1;
      if (rounds === 4) await admin.run("FLUSHALL");
      else await admin.run("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    });
    expect(verdict.violations.map(({ text }) => text)).toEqual([]);
    expect(Math.min(verdict.writes - verdict.unknownWrites, hits)).toBeGreaterThanOrEqual(ENOUGH);
  });
});

/** Mulberry32: small, and good enough to spread delays. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
