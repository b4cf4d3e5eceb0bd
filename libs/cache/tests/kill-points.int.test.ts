import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { eventually, monotonicMs, type Operation, redisAvailable, type WriteOutcome } from "@skyport/testing";
import { TIMES } from "./support/instance.ts";
import type { InstanceProcess } from "./support/instance-process.ts";
import type { Written } from "./support/recorder.ts";
import { Scene } from "./support/scene.ts";
import { query } from "./support/table.ts";

const suite = (await redisAvailable()) ? describe : describe.skip;

/** The points of a write, and what its row is when it ended there. */
const POINTS = [
  ["intent", "old"],
  ["update", "old"],
  ["commit", "new"],
  ["release", "new"],
] as const;

const put = (key: string, start: number, outcome: WriteOutcome, end?: number): Operation => {
  const known = end === undefined ? {} : { end };
  return { kind: "put", key, mark: "new", start, outcome, process: "writer", ...known };
};

suite("a process that writes", () => {
  let scene: Scene;
  let killed: InstanceProcess;
  let stopped: InstanceProcess;
  let start: number;
  /** When the last of the intents that they left ends, on the clock of Redis. */
  let deadline = 0;
  /** The entries of the rows that it was writing, as it was killed. */
  const left = new Map<string, string>();
  /** What the one that is stopped will come to. */
  const asleep = new Map<string, Promise<Written | undefined>>();

  beforeAll(async () => {
    scene = await Scene.open();
    [killed, stopped] = await Promise.all([scene.process("killed", { leaseMs: 2_500 }), scene.process("stopped")]);
    start = monotonicMs();
    await Promise.all([kill(), stop()]);
    const { entries } = scene.servers;
    for (const key of ["killed-intent", "killed-update", "killed-commit", "a", "c", "d", "stopped-commit"]) {
      deadline = Math.max(deadline, await entries.deadline(key));
    }
    deadline = Math.max(deadline, (await entries.now()) + TIMES.intentTtlMs);
  });
  afterAll(async () => {
    await killed[Symbol.asyncDispose]();
    await stopped[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  /**
   * A write whose intent is lost, so that the old row is cached as it commits. Its process does nothing else any more, since it
   * would take the intent again after a third of its life.
   */
  async function commitWithoutIntent(key: string): Promise<void> {
    await killed.hold(key, "update", "commit");
    void killed.put([key], "new");
    await killed.reached("update", key);
    await scene.servers.entries.delete(key);
    expect(await scene.read(key)).toBe("old");
    await killed.goOn(key);
    await killed.reached("commit", key);
  }

  /** One process is in the middle of all of these when it dies. */
  async function kill(): Promise<void> {
    const rows = POINTS.map(([point]) => `killed-${point}`);
    await scene.begin(...rows, "a", "b", "c", "d", "lost");
    const reached = POINTS.map(async ([point]) => {
      await killed.hold(`killed-${point}`, point);
      void killed.put([`killed-${point}`], "new");
      await killed.reached(point, `killed-${point}`);
    });
    await killed.hold("a", "update");
    await killed.hold("d", "commit");
    await killed.hold("lease", "load");
    void killed.put(["a", "b"], "new");
    void killed.put(["c", "d"], "new");
    void killed.read("lease");
    await killed.reached("update", "a");
    await killed.reached("commit", "d");
    await killed.reached("load", "lease");
    await Promise.all(reached);
    await commitWithoutIntent("lost");
    await killed.die();
    for (const key of [...rows, "lease"]) left.set(key, await scene.servers.entries.get(key));
  }

  /** One process is in the middle of all of these when it stops. */
  async function stop(): Promise<void> {
    await scene.begin(...POINTS.map(([point]) => `stopped-${point}`));
    const reached = POINTS.map(async ([point]) => {
      const key = `stopped-${point}`;
      await stopped.hold(key, point);
      asleep.set(key, stopped.put([key], "new", { deadlineMs: 25_000 }));
      await stopped.reached(point, key);
    });
    await Promise.all(reached);
    stopped.stop();
  }

  /** The second read after the intents' end is a hit. */
  async function cachedAgain(key: string): Promise<void> {
    await scene.servers.entries.untilPast(deadline);
    await scene.read(key);
    expect(await scene.here.instance.isCached(key)).toBe(true);
  }

  test("killed after COMMIT, its intent lost: whoever acknowledges the commit reassures first, and all see it", async () => {
    // Nobody has acknowledged it yet. (A read that a busy machine lets pass by the cache finds it.)
    await eventually(async () => (await scene.read("lost")) === "old", { withinMs: 10_000 });
    await scene.here.instance.reassure("lost");
    const end = monotonicMs();
    expect(await scene.read("lost")).toBe("new");
    await scene.check("lost", put("lost", start, "acknowledged", end));
  });

  test("killed while it holds a reader's lease: others read, take over, and learn of a create", async () => {
    expect(left.get("lease")).toMatch(/^L/);
    expect(await scene.read("lease")).toBeUndefined();
    await scene.untilCached("lease");
    await scene.reader.watch("lease");
    expect(await scene.here.put(["lease"], "created")).toMatchObject({ outcome: "acknowledged" });
    expect(await scene.read("lease")).toBe("created");
    await scene.check("lease");
  });

  test("killed anywhere: others see at once what stands of it, and write", async () => {
    for (const [point, mark] of POINTS) {
      const key = `killed-${point}`;
      expect(left.get(key)).toMatch(point === "release" ? /^V1\.\d+\|\d+ new$/ : /^W0\|[\w-]+=\d+$/);
      expect(await scene.read(key)).toBe(mark);
      expect(await scene.here.put([key], "next")).toMatchObject({ outcome: "acknowledged" });
      expect(await scene.read(key)).toBe("next");
    }
  });

  test.each(POINTS.map(([point]) => point))("killed after %s: the row is cached again in time", async (point) => {
    const key = `killed-${point}`;
    await cachedAgain(key);
    expect(await scene.read(key)).toBe("next");
    await scene.check(key, put(key, start, "unknown"));
  });

  test("killed between two rows of a transaction: neither is changed", async () => {
    for (const key of ["a", "b"]) {
      expect(await scene.read(key)).toBe("old");
      await cachedAgain(key);
      await scene.check(key, put(key, start, "refused"));
    }
  });

  test("killed after the COMMIT of several rows: all are changed", async () => {
    for (const key of ["c", "d"]) {
      expect(await scene.read(key)).toBe("new");
      await cachedAgain(key);
      await scene.check(key, put(key, start, "unknown"));
    }
  });

  describe("stopped until the server has ended its transactions and its intents are over", () => {
    beforeAll(async () => {
      const open = `select 1 from pg_stat_activity where application_name = 'stopped'
        and xact_start is not null and datname = current_database()`;
      await eventually(async () => (await query(scene.servers.admin, open)).length === 0);
      for (const [point, mark] of POINTS) {
        const key = `stopped-${point}`;
        // Cached again, and changed by another, while it believes that it is in the middle of its write.
        await cachedAgain(key);
        expect(await scene.read(key)).toBe(mark);
        expect(await scene.here.put([key], "next")).toMatchObject({ outcome: "acknowledged" });
        await scene.untilCached(key);
      }
      stopped.resume();
    });

    test.each(POINTS)("after %s: it hears that its row is %s, and undoes nothing", async (point, mark) => {
      const key = `stopped-${point}`;
      const written = await asleep.get(key);
      const end = monotonicMs();
      const refused = { outcome: "refused", reason: "CONTENTION" };
      expect(written).toMatchObject(mark === "new" ? { outcome: "acknowledged" } : refused);
      expect(await scene.read(key)).toBe("next");
      await scene.untilCached(key);
      expect(await scene.read(key)).toBe("next");
      await scene.check(key, put(key, start, written?.outcome ?? "unknown", end));
    });
  });
});
