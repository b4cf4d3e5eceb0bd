import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  createLink,
  eventually,
  redisAvailable,
  type SharedPostgres,
  sharedPostgres,
  startRedis,
  startSentinel,
  type TestRedis,
} from "@skyport/testing";
import { Gate } from "../src/testkit/gate.ts";
import { Entries } from "./support/entries.ts";
import { Instance, type InstanceOptions } from "./support/instance.ts";
import { judge } from "./support/judge.ts";
import { Recorder } from "./support/recorder.ts";
import { createTable } from "./support/table.ts";

const suite = (await redisAvailable("replicas")) ? describe : describe.skip;

/** The primary refuses commands that write, lookups too, within three seconds of its last word from a replica. */
const REFUSES_ALONE = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"];

suite("Redis that fails over", () => {
  let postgres: SharedPostgres;
  let databaseUrl: string;
  const owned: AsyncDisposable[] = [];
  const own = <R extends AsyncDisposable>(resource: R): R => {
    owned.push(resource);
    return resource;
  };
  beforeAll(async () => {
    postgres = await sharedPostgres();
  });
  afterAll(() => postgres.close());
  beforeEach(async () => {
    databaseUrl = await postgres.createDatabase();
    await createTable(databaseUrl);
  });
  afterEach(async () => {
    for (const resource of owned.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  });

  async function open(label: string, redisUrl: string, options: Partial<InstanceOptions> = {}): Promise<Recorder> {
    return new Recorder(label, own(await Instance.open({ redisUrl, databaseUrl, ...options })));
  }

  /** A primary and its replica, the link between them, and the address that clients find the primary at. */
  async function pair(flags: readonly string[] = []) {
    const primary = own(await startRedis({ flags }));
    const replication = own(await createLink({ port: primary.port }));
    const replica = own(await startRedis({ replicaOf: replication.port }));
    const address = own(await createLink({ port: primary.port }));
    await eventually(async () => expect(await isInStep(primary)).toBe(true));
    return { primary, replica, replication, address, url: address.through(primary.url) };
  }

  /** Whether a replica has all that the primary has. */
  async function isInStep(primary: TestRedis): Promise<boolean> {
    const info = String(await primary.command("INFO", "replication"));
    const offset = /master_repl_offset:(\d+)/.exec(info)?.[1];
    return info.includes(`state=online,offset=${offset},`);
  }

  const write = (recorder: Recorder, key: string, mark: string) =>
    recorder.put([key], mark).then((written) => expect(written).toMatchObject({ outcome: "acknowledged" }));
  const read = async (recorder: Recorder, key: string) => (await recorder.read(key)).mark;
  const untilCached = (recorder: Recorder, key: string) => eventually(() => recorder.instance.isCached(key));
  /** The entries of a row that a server holds, in all namespaces. */
  async function held(redis: TestRedis, key: string): Promise<readonly string[]> {
    const keys = await new Entries(redis).keys(key);
    return Promise.all(keys.map(async (name) => String(await redis.command("GET", name))));
  }

  test("a replica that lags is promoted: neither what it has nor what it has not is ever served", async () => {
    const { primary, replica, replication, address, url } = await pair();
    const [a, b] = await Promise.all([open("a", url), open("b", url)]);
    for (const key of ["row", "writing"]) {
      await write(a, key, "old");
      await untilCached(b, key);
    }
    await eventually(async () => expect((await held(replica, "row")).join()).toMatch(/^V.* old$/));
    await eventually(() => isInStep(primary));
    replication.blackhole();
    // The new value, and the intent of a write that is under way, are on the old primary only.
    await write(a, "row", "new");
    const update = new Gate();
    a.instance.at = async (point, key) => (point === "update" && key === "writing" ? update.pass() : undefined);
    const writing = a.put(["writing"], "new");
    await update.reached;
    expect((await held(primary, "writing")).join()).toMatch(/^W/);
    for (const key of ["row", "writing"]) {
      a.watch(key);
      b.watch(key);
    }
    await replica.promote();
    address.pointTo(replica.port);
    await untilCached(b, "row");
    expect(await read(b, "row")).toBe("new");
    expect(await read(b, "writing")).toBe("old");
    update.open();
    expect(await writing).toMatchObject({ outcome: "acknowledged" });
    for (const recorder of [a, b]) expect(await read(recorder, "writing")).toBe("new");
    await untilCached(b, "writing");
    // It still has what was of its predecessor, under names that nobody asks for.
    expect(await held(replica, "row")).toEqual(expect.arrayContaining([expect.stringMatching(/ old$/)]));
    for (const key of ["row", "writing"]) {
      await a.unwatch(key);
      await b.unwatch(key);
      expect(judge(key, a, b)).toEqual([]);
    }
  });

  test("a server that is replaced, copies its successor, and replaces it again: what it held twice is out of reach", async () => {
    const { primary, replica, replication, address, url } = await pair();
    const a = await open("a", url);
    await write(a, "row", "old");
    await eventually(async () => expect((await held(replica, "row")).join()).toMatch(/ old$/));
    replication.close();
    await replica.promote();
    address.pointTo(replica.port);
    const mark = await a.untilWritten("row");
    // It copies the value of its own former time back, which its replica has kept.
    await primary.follow(replica.port);
    await eventually(() => isInStep(replica));
    await primary.promote();
    address.pointTo(primary.port);
    expect(await held(primary, "row")).toEqual(expect.arrayContaining([expect.stringMatching(/ old$/)]));
    const b = await open("b", url);
    for (const recorder of [a, b]) expect(await read(recorder, "row")).toBe(mark);
    await untilCached(b, "row");
    await untilCached(a, "row");
    for (const recorder of [a, b]) expect(await read(recorder, "row")).toBe(mark);
    expect(judge("row", a, b)).toEqual([]);
  });

  /** A primary that is cut off from its replica, and clients on both sides: `alone` of the old one, `others` of the new. */
  async function split(flags: readonly string[], untilSafe: (primary: TestRedis) => Promise<void>) {
    const { primary, replica, replication, address, url } = await pair(flags);
    const alone = await open("alone", primary.url);
    const others = await open("others", url);
    const old = await others.untilWritten("row");
    await untilCached(alone, "row");
    alone.watch("row");
    replication.blackhole();
    await untilSafe(primary);
    await replica.promote();
    address.pointTo(replica.port);
    return { alone, others, old, mark: await others.untilWritten("row") };
  }

  /** Waits until the server refuses what writes. */
  const untilRefused = (primary: TestRedis) =>
    eventually(() => expect(primary.command("SET", "probe", "")).rejects.toThrow("NOREPLICAS"), { withinMs: 10_000 });

  test("a primary that is cut off refuses by itself: its clients go on, and read what the others write", async () => {
    const { alone, others, mark } = await split(REFUSES_ALONE, untilRefused);
    expect(await read(alone, "row")).toBe(mark);
    // A refusal is no silence: the connection stays, and so does the namespace.
    expect(await alone.put(["row"], "never")).toMatchObject({ outcome: "refused", reason: "CACHE_UNAVAILABLE" });
    expect(await alone.instance.isCached("row")).toBe(false);
    await alone.unwatch("row");
    expect(await read(others, "row")).toBe(mark);
    expect(judge("row", alone, others)).toEqual([]);
  });

  test("LIMIT: without min-replicas-to-write its clients go on reading what is old", async () => {
    const { alone, others, old } = await split([], async () => undefined);
    expect(await read(alone, "row")).toBe(old);
    await alone.unwatch("row");
    expect(judge("row", alone, others)).toEqual(
      expect.arrayContaining([expect.stringMatching(/STALE|older than the newest/i)]),
    );
  });

  /** Sentinels take a primary for down after this time: by then it refuses by itself, at the latest. */
  const DOWN_AFTER_MS = 3_200;

  test("by Sentinel: a primary that is cut off has refused by the time its successor takes writes", async () => {
    const { primary, replica, replication, address, url } = await pair(REFUSES_ALONE);
    const watched = own(await createLink({ port: primary.port }));
    const sentinels = await Promise.all(
      [1, 2, 3].map(() => startSentinel({ primary: watched.port, quorum: 2, downAfterMs: DOWN_AFTER_MS })),
    );
    for (const sentinel of sentinels) own(sentinel);
    const alone = await open("alone", primary.url);
    const others = await open("others", url);
    const known = async (): Promise<void> => {
      for (const each of sentinels) expect(await each.peers()).toEqual({ replicas: 1, sentinels: 2 });
    };
    await eventually(known, { withinMs: 15_000 });
    await others.untilWritten("row");
    await untilCached(alone, "row");
    alone.watch("row");
    // From here on the primary hears only of the clients on its side.
    replication.blackhole();
    watched.blackhole();
    const successor = async (): Promise<void> => {
      for (const each of sentinels) expect(await each.primary()).toBe(replica.port);
    };
    await eventually(successor, { withinMs: 20_000 });
    address.pointTo(replica.port);
    const mark = await others.untilWritten("row");
    expect(await read(alone, "row")).toBe(mark);
    await alone.unwatch("row");
    await untilCached(others, "row");
    expect(await read(others, "row")).toBe(mark);
    expect(judge("row", alone, others)).toEqual([]);
  });
});
