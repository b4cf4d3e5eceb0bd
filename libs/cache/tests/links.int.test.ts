import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLink, eventually, type Link, redisAvailable } from "@skyport/testing";
import { Instance, type InstanceOptions, type Point } from "./support/instance.ts";
import { judge } from "./support/judge.ts";
import { Recorder, reasonOf } from "./support/recorder.ts";
import { type Servers, startServers } from "./support/servers.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

const CALL_TIMEOUT_MS = 400;
/** Of a call that a broken link lets wait until its deadline. */
const DEADLINE_MS = 1_000;
/** Faults of one suite that are tested at a time. */
const LANES = 2;
/** Of a call that ends by itself. */
const PATIENCE_MS = 10_000;
const TIMES = { transactionTimeoutMs: 1_000, intentTtlMs: 1_800 };

type Strike = (link: Link) => void;
const CUT: Strike = (link) => link.cut("rst");
const CLOSED: Strike = (link) => link.cut("fin");
const DEAF: Strike = (link) => link.blackhole("up");
const MUTE: Strike = (link) => link.blackhole("down");
const SILENT: Strike = (link) => link.blackhole("both");
const HALF_OPEN: Strike = (link) => link.halfOpen("client");
const SLOW: Strike = (link) => link.delay(20);
const TOO_SLOW: Strike = (link) => link.delay(2 * CALL_TIMEOUT_MS, "down");

const WORKS = "acknowledged" as const;
const NO_REDIS = "refused CACHE_UNAVAILABLE" as const;
const STANDS = "committed CACHE_UNAVAILABLE" as const;

/** One operation of an instance whose link fails in it, and what follows. */
type Case = () => Promise<void>;

suite("a link that fails", () => {
  let servers: Servers;
  /** An instance whose links are well. */
  let near: Recorder;
  /** What starts the cases of each suite. */
  const start: (() => void)[] = [];
  /** Instances with a broken link, one for each case. */
  const opened: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    servers = await startServers();
    near = new Recorder("near", await Instance.open({ ...servers.addresses, ...TIMES }));
    for (const suite of start) suite();
  });
  afterAll(async () => {
    await near.instance.close();
    for (const close of opened) await close();
    await servers[Symbol.asyncDispose]();
  });

  async function behind(link: Link, options: Partial<InstanceOptions>): Promise<Recorder> {
    const settings = { ...TIMES, callTimeoutMs: CALL_TIMEOUT_MS, maxConnections: 3 };
    const far = new Recorder("far", await Instance.open({ ...servers.addresses, ...settings, ...options }));
    opened.push(async () => {
      await far.instance.close();
      await link.close();
    });
    return far;
  }

  /**
   * Works while the link breaks: when the work comes to this point; at once without one. Where the work has failed before
   * it came there, as it may on a busy machine, it is tried again.
   */
  async function workAndStrike<R>(
    { instance }: Recorder,
    point: Point | undefined,
    strike: () => void,
    work: (attempt: number) => Promise<R>,
  ): Promise<R> {
    let struck = point === undefined;
    if (struck) strike();
    instance.at = async (reached) => {
      if (struck || reached !== point) return;
      struck = true;
      strike();
    };
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await work(attempt);
      if (struck || attempt === 10) return outcome;
    }
  }

  const put = async (recorder: Recorder, key: string, mark: string, deadlineMs: number): Promise<string> => {
    const { outcome, reason } = await recorder.put([key], mark, { deadlineMs });
    return reason === undefined ? outcome : `${outcome} ${reason}`;
  };

  /** A row that both instances have cached, or that neither has. */
  async function begin(key: string, far: Recorder, cached: boolean): Promise<void> {
    await eventually(async () => expect(await near.put([key], "old")).toMatchObject({ outcome: "acknowledged" }));
    await eventually(() => near.instance.isCached(key));
    if (cached) await eventually(() => far.instance.isCached(key));
    else await servers.entries.delete(key);
  }

  /** While the link is broken others write, and the far one sees it; mended, it writes, and others see it; all is cached again. */
  async function goOn(key: string, far: Recorder, link: Link): Promise<void> {
    far.watch(key, DEADLINE_MS);
    const next = await near.untilWritten(key, DEADLINE_MS);
    const seen = await far.read(key, DEADLINE_MS).catch(() => undefined);
    if (seen !== undefined) expect(seen.mark).toBe(next);
    link.restore();
    const last = await far.untilWritten(key, DEADLINE_MS);
    expect((await near.read(key)).mark).toBe(last);
    await far.unwatch(key);
    for (const { instance } of [near, far]) await eventually(() => instance.isCached(key));
    expect((await far.read(key)).mark).toBe(last);
    expect(judge(key, near, far)).toEqual([]);
    // A case with nothing wrong leaves its connections to the next.
    await far.instance.close();
    await link.close();
  }

  /**
   * Runs the cases of some faults at a time, beside the other suite's: they mostly wait for deadlines. What came of each
   * fault is told by its name.
   */
  function runAll<Fault extends readonly [string, Strike, ...unknown[]]>(
    faults: readonly Fault[],
    casesOf: (fault: Fault) => readonly Case[],
  ): (name: string) => Promise<unknown> {
    const running = new Map<string, Promise<unknown>>();
    start.push(() => {
      const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve());
      for (const [index, fault] of faults.entries()) {
        const lane = index % LANES;
        const done = lanes[lane]?.then(() => Promise.all(casesOf(fault).map((run) => run()))) ?? Promise.resolve();
        running.set(fault[0], done);
        lanes[lane] = done.catch(() => undefined);
      }
    });
    return async (name) => running.get(name);
  }

  describe("to Redis", () => {
    async function toRedis(key: string, cached = true) {
      const link = await createLink({ port: servers.redis.port });
      const far = await behind(link, { redisUrl: link.through(servers.redis.url) });
      await begin(key, far, cached);
      return { link, far };
    }

    const reading = (key: string, strike: Strike, point?: Point) => async () => {
      const { link, far } = await toRedis(key, point === undefined);
      const read = () => far.read(key, PATIENCE_MS);
      expect((await workAndStrike(far, point, () => strike(link), read)).mark).toBe("old");
      await goOn(key, far, link);
    };
    const writing = (key: string, strike: Strike, outcome: string, mark: RegExp, point?: Point) => async () => {
      const { link, far } = await toRedis(key);
      const deadlineMs = outcome === STANDS ? DEADLINE_MS : PATIENCE_MS;
      const write = (attempt: number) => put(far, key, `new-${attempt}`, deadlineMs);
      expect(await workAndStrike(far, point, () => strike(link), write)).toBe(outcome);
      expect((await near.read(key)).mark).toMatch(mark);
      await goOn(key, far, link);
    };

    const FAULTS = [
      ["is cut", CUT, NO_REDIS, STANDS],
      ["is closed", CLOSED, NO_REDIS, STANDS],
      ["carries nothing to Redis", DEAF, NO_REDIS, STANDS],
      ["carries nothing from Redis", MUTE, NO_REDIS, STANDS],
      ["is silent", SILENT, NO_REDIS, STANDS],
      // A new connection is made at once.
      ["is half open", HALF_OPEN, NO_REDIS, WORKS],
      ["is slower than a call may take", TOO_SLOW, NO_REDIS, STANDS],
      ["is slow", SLOW, WORKS, WORKS],
    ] as const;
    const outcome = runAll(FAULTS, ([name, strike, intended, released]) => {
      const key = `redis-${name.replaceAll(" ", "-")}`;
      return [
        reading(`${key}-lookup`, strike),
        reading(`${key}-fill`, strike, "load"),
        writing(`${key}-intent`, strike, intended, intended === WORKS ? /^new/ : /^old$/),
        writing(`${key}-release`, strike, released, /^new/, "commit"),
      ];
    });
    test.each(FAULTS.map(([name]) => name))("%s, in a lookup, a fill, an intent and a release", outcome);
  });

  describe("to the database", () => {
    async function toDatabase(key: string, cached = true) {
      const link = await createLink({ port: servers.postgresPort });
      const far = await behind(link, { databaseUrl: link.through(servers.databaseUrl) });
      await begin(key, far, cached);
      return { link, far };
    }

    /** What is cached is served all the same; what is not fails with a reason. */
    const reading = (key: string, strike: Strike, works: boolean, point?: Point) => async () => {
      const { link, far } = await toDatabase(key, point === undefined);
      const read = () => far.read(key, works ? PATIENCE_MS : DEADLINE_MS).then(({ mark }) => mark, reasonOf);
      const outcome = works ? /^old$/ : /^(DATABASE_UNAVAILABLE|DEADLINE_EXCEEDED)$/;
      expect(await workAndStrike(far, point, () => strike(link), read)).toMatch(outcome);
      await goOn(key, far, link);
    };
    const writing = (key: string, strike: Strike, outcome: RegExp, point?: Point) => async () => {
      const { link, far } = await toDatabase(key);
      const deadlineMs = outcome === works ? PATIENCE_MS : DEADLINE_MS;
      const write = (attempt: number) => put(far, key, `new-${attempt}`, deadlineMs);
      expect(await workAndStrike(far, point, () => strike(link), write)).toMatch(outcome);
      await goOn(key, far, link);
    };

    const works = /^acknowledged$/;
    const refused = /^refused (DATABASE_UNAVAILABLE|DEADLINE_EXCEEDED|CONTENTION)$/;
    const unknown = /^unknown DATABASE_UNAVAILABLE$/;
    /** It depends on what is noticed first, and on whether the outcome can be asked for. */
    const either = /^(refused|unknown) DATABASE_UNAVAILABLE$/;

    const FAULTS = [
      // First, since it takes longest: each connection that is half open costs a call its deadline.
      ["is half open", HALF_OPEN, refused, either],
      ["is cut", CUT, refused, either],
      ["carries nothing to it", DEAF, refused, unknown],
      ["carries nothing from it", MUTE, refused, unknown],
      ["is silent", SILENT, refused, unknown],
      ["is slow", SLOW, works, works],
    ] as const;
    const outcome = runAll(FAULTS, ([name, strike, before, at]) => {
      const key = `database-${name.replaceAll(" ", "-")}`;
      return [
        reading(`${key}-load`, strike, before === works, "load"),
        reading(`${key}-hit`, strike, true),
        writing(`${key}-begin`, strike, before),
        writing(`${key}-update`, strike, before, "intent"),
        writing(`${key}-commit`, strike, at, "update"),
      ];
    });
    test.each(FAULTS.map(([name]) => name))("%s, in a load, a hit, BEGIN, UPDATE and COMMIT", outcome);
  });
});
