import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, redisAvailable, type SharedPostgres, sharedPostgres, type TestRedis } from "@skyport/testing";
import { Gate } from "../src/testkit/gate.ts";
import { judge } from "./support/judge.ts";
import { entriesOf, inStep, Pair } from "./support/pair.ts";
import type { Recorder } from "./support/recorder.ts";

const suite = (await redisAvailable("replicas")) ? describe : describe.skip;

/** A primary refuses commands that write, lookups too, when it has not heard of a replica for up to three seconds. */
const REFUSES_ALONE = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"];

/** Sentinels take a primary for down after this time: by then it refuses by itself. */
const DOWN_AFTER_MS = 3_200;

suite("Redis that fails over", () => {
  let postgres: SharedPostgres;
  /** It takes some seconds, so it runs beside the others. */
  let bySentinel: Promise<void>;
  beforeAll(async () => {
    postgres = await sharedPostgres();
    bySentinel = failOverBySentinel();
    bySentinel.catch(() => undefined);
  });
  afterAll(() => postgres.close());

  const write = (recorder: Recorder, key: string, mark: string) =>
    recorder.put([key], mark).then((written) => expect(written).toMatchObject({ outcome: "acknowledged" }));
  const read = async (recorder: Recorder, key: string) => (await recorder.read(key)).mark;
  const untilCached = (recorder: Recorder, key: string) => eventually(() => recorder.instance.isCached(key));
  const holds = (mark: string) => expect.arrayContaining([expect.stringMatching(new RegExp(`^V.* ${mark}$`))]);

  test("a replica that lags is promoted: neither what it has nor what it has not is ever served", async () => {
    await using pair = await Pair.start(postgres);
    const { primary, replica, replication, address } = pair;
    // Its transaction is held while a server is promoted, and others find that.
    const patient = { transactionTimeoutMs: 10_000, intentTtlMs: 12_000 };
    const [a, b] = await Promise.all([pair.open("a", patient), pair.open("b")]);
    for (const key of ["row", "writing"]) {
      await write(a, key, "old");
      await untilCached(b, key);
    }
    await inStep(primary);
    expect(await entriesOf(replica, "row")).toEqual(holds("old"));
    replication.blackhole();
    // The new value, and the intent of a write that is under way, are on the old primary only.
    await write(a, "row", "new");
    const update = new Gate();
    a.instance.at = async (point, key) => (point === "update" && key === "writing" ? update.pass() : undefined);
    const writing = a.put(["writing"], "new");
    await update.reached;
    expect((await entriesOf(primary, "writing")).join()).toMatch(/^W/);
    for (const recorder of [a, b]) for (const key of ["row", "writing"]) recorder.watch(key);
    await replica.promote();
    address.pointTo(replica.port);
    await untilCached(b, "row");
    expect(await read(b, "row")).toBe("new");
    expect(await read(b, "writing")).toBe("old");
    update.open();
    expect(await writing).toMatchObject({ outcome: "acknowledged" });
    for (const recorder of [a, b]) expect(await read(recorder, "writing")).toBe("new");
    await untilCached(b, "writing");
    // It still has what it copied from its predecessor, under a name that nobody asks for.
    expect(await entriesOf(replica, "row")).toEqual(holds("old"));
    for (const key of ["row", "writing"]) {
      for (const recorder of [a, b]) await recorder.unwatch(key);
      expect(judge(key, a, b)).toEqual([]);
    }
  });

  test("a server that is replaced, copies its successor, and replaces it again: what it held twice is out of reach", async () => {
    await using pair = await Pair.start(postgres);
    const { primary, replica, replication, address } = pair;
    const a = await pair.open("a");
    await write(a, "row", "old");
    await inStep(primary);
    await replication.close();
    await replica.promote();
    address.pointTo(replica.port);
    const mark = await a.untilWritten("row");
    // It copies the value of its own former time back, which its replica has kept.
    await primary.follow(replica.port);
    await inStep(replica);
    await primary.promote();
    address.pointTo(primary.port);
    expect(await entriesOf(primary, "row")).toEqual(holds("old"));
    const b = await pair.open("b");
    for (const recorder of [a, b]) expect(await read(recorder, "row")).toBe(mark);
    for (const recorder of [a, b]) await untilCached(recorder, "row");
    for (const recorder of [a, b]) expect(await read(recorder, "row")).toBe(mark);
    expect(judge("row", a, b)).toEqual([]);
  });

  /** Clients on both sides of the cut: `alone` with the old primary, `others` where the new one will be. */
  async function twoSides(pair: Pair) {
    const alone = await pair.open("alone", { redisUrl: pair.primary.url });
    const others = await pair.open("others");
    const old = await others.untilWritten("row");
    await untilCached(alone, "row");
    alone.watch("row");
    return { alone, others, old };
  }

  /** Cuts the primary off, and promotes its replica once that is safe. */
  async function split(pair: Pair, untilSafe: (primary: TestRedis) => Promise<unknown>) {
    const sides = await twoSides(pair);
    pair.replication.blackhole();
    await untilSafe(pair.primary);
    await pair.replica.promote();
    pair.address.pointTo(pair.replica.port);
    return { ...sides, mark: await sides.others.untilWritten("row") };
  }

  /** Resolves once the server refuses what writes. */
  const untilRefused = (primary: TestRedis) =>
    eventually(() => expect(primary.command("SET", "probe", "")).rejects.toThrow("NOREPLICAS"), { withinMs: 10_000 });

  test("a primary that is cut off refuses by itself: its clients go on, and read what the others write", async () => {
    await using pair = await Pair.start(postgres, REFUSES_ALONE);
    const { alone, others, mark } = await split(pair, untilRefused);
    expect(await read(alone, "row")).toBe(mark);
    expect(await alone.put(["row"], "never")).toMatchObject({ outcome: "refused", reason: "CACHE_UNAVAILABLE" });
    expect(await alone.instance.isCached("row")).toBe(false);
    await alone.unwatch("row");
    expect(await read(others, "row")).toBe(mark);
    expect(judge("row", alone, others)).toEqual([]);
  });

  test("LIMIT: without min-replicas-to-write its clients go on reading what is old", async () => {
    await using pair = await Pair.start(postgres);
    const { alone, others, old } = await split(pair, async () => undefined);
    expect(await read(alone, "row")).toBe(old);
    await alone.unwatch("row");
    expect(judge("row", alone, others).join("\n")).toMatch(/STALE|older than/i);
  });

  async function failOverBySentinel(): Promise<void> {
    await using pair = await Pair.start(postgres, REFUSES_ALONE);
    const { link, sentinels } = await pair.watch(3, DOWN_AFTER_MS);
    const { alone, others } = await twoSides(pair);
    const acquainted = async (): Promise<void> => {
      for (const each of sentinels) expect(await each.peers()).toEqual({ replicas: 1, sentinels: 2 });
    };
    await eventually(acquainted, { withinMs: 15_000 });
    // From here on the primary hears of nobody but the clients on its side.
    pair.replication.blackhole();
    link.blackhole();
    const agreed = async (): Promise<void> => {
      for (const each of sentinels) expect(await each.primary()).toBe(pair.replica.port);
    };
    await eventually(agreed, { withinMs: 20_000 });
    pair.address.pointTo(pair.replica.port);
    const mark = await others.untilWritten("row");
    expect(await read(alone, "row")).toBe(mark);
    await alone.unwatch("row");
    await untilCached(others, "row");
    expect(await read(others, "row")).toBe(mark);
    expect(judge("row", alone, others)).toEqual([]);
  }

  test("by Sentinel: a primary that is cut off has refused by the time its successor takes writes", () => bySentinel);
});
