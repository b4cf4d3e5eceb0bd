import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { Gate } from "../testkit/gate.ts";
import { memoryWorld } from "../testkit/memory-world.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("joining", () => {
  test("a stampede on a cold key costs one read", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    const numbers = await Promise.all(many(1_000).map(() => world.read()));
    expect(new Set(numbers)).toEqual(new Set([1]));
    expect(world.register.loads).toHaveLength(1);
    expect(world.count("miss") + world.count("hit") + world.count("join")).toBe(1_000);
  });

  test("callers that come while it is read share the read once it is filled", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    const snapshot = new Gate();
    world.register.afterSnapshot = snapshot.pass;
    const first = world.read();
    await snapshot.reached;
    const later = many(100).map(() => world.read());
    snapshot.open();
    expect(await Promise.all([first, ...later])).toEqual(many(101).map(() => 1));
    expect(world.register.loads).toHaveLength(1);
    expect(world.count("hit")).toBe(0);
  });

  test("without a store there is one read in flight, and those that came after its start share the next", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    failing.down = true;
    world.register.put("a", 1);
    const snapshot = new Gate();
    world.register.afterSnapshot = snapshot.pass;
    const first = world.read();
    await snapshot.reached;
    world.register.put("a", 2);
    const later = many(100).map(() => world.read());
    expect(world.register.loads).toHaveLength(1);
    snapshot.open();
    expect(await first).toBe(1);
    expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
    expect(world.register.loads).toHaveLength(2);
  });

  test("a caller with more time than the one it joined looks again when that one runs out", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    const stuck = new Gate();
    world.register.afterSnapshot = stuck.pass;
    const hasty = world.rows.get("a", Deadline.after(200));
    const outcome = expect(hasty).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    await stuck.reached;
    world.register.afterSnapshot = undefined;
    expect(await world.read()).toBe(1);
    await outcome;
    stuck.open();
  });

  test("a caller with less time than the one it joined does not wait for it", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    const stuck = new Gate();
    world.register.afterSnapshot = stuck.pass;
    const patient = world.read();
    await stuck.reached;
    await expect(world.rows.get("a", Deadline.after(20))).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    stuck.open();
    await patient;
  });
});

describe("batches", () => {
  test("one read covers what is absent, being filled and being written, and nothing is waited for", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    for (const id of ["hit", "absent", "filling", "writing"]) world.register.put(id, 1);
    await world.read("hit");
    await world.store.lookup(["row:filling"], "another process", world.deadline);
    await world.store.intend(["row:writing"], "a writer", 10_000, world.deadline);
    failing.calls.length = 0;
    const rows = await world.rows.getMany(["writing", "absent", "hit", "filling", "missing"], world.deadline);
    expect(failing.calls).toEqual(["lookup", "fill", "fill"]);
    expect([...rows.keys()]).toEqual(["writing", "absent", "hit", "filling"]);
    expect(world.register.loads.slice(1).map((ids) => [...ids].sort())).toEqual([
      ["absent", "filling", "missing", "writing"],
    ]);
    expect(world.count("fill")).toBe(1 + 2);
  });

  test("a batch passes by a single reader that waits for another process", async () => {
    const { world } = await memoryWorld({ waitMs: 5_000 });
    await using _ = world;
    world.register.put("a", 1);
    await world.store.lookup(["row:a"], "another process", world.deadline);
    const looked = new Gate();
    world.store.at("after:lookup", async () => looked.pass());
    const waiting = world.read();
    await looked.reached;
    looked.open();
    const again = new Gate();
    world.store.at("before:lookup", again.pass);
    await again.reached;
    expect((await world.rows.getMany(["a"], world.deadline)).get("a")?.n).toBe(1);
    await world.store.abandon(["row:a"], "another process", world.deadline);
    again.open();
    expect(await waiting).toBe(1);
  });

  test("a batch of nothing asks nobody", async () => {
    const { world, failing } = await memoryWorld();
    await using _ = world;
    expect((await world.rows.getMany([], world.deadline)).size).toBe(0);
    expect(failing.calls).toEqual([]);
  });
});

describe("leases of other processes", () => {
  test("a reader waits for the fill instead of reading", async () => {
    const { world } = await memoryWorld({ waitMs: 5_000 });
    await using _ = world;
    world.register.put("a", 1);
    await world.store.lookup(["row:a"], "another process", world.deadline);
    const looked = new Gate();
    world.store.at("after:lookup", looked.pass);
    const waiting = world.read();
    await looked.reached;
    await world.store.fill("row:a", "another process", world.rows.seal(world.register.row("a")), world.deadline);
    looked.open();
    expect(await waiting).toBe(1);
    expect(world.register.loads).toEqual([]);
  });

  test("a reader that has waited long enough reads, and does not fill", async () => {
    const { world } = await memoryWorld({ waitMs: 10 });
    await using _ = world;
    world.register.put("a", 1);
    await world.store.lookup(["row:a"], "another process", world.deadline);
    expect(await world.read()).toBe(1);
    expect(world.count("wait")).toBe(1);
    expect(world.count("fill")).toBe(0);
  });
});

describe("failures", () => {
  test("a loader's error reaches every caller, and frees the lease", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    world.register.put("a", 1);
    world.register.afterSnapshot = async () => {
      throw new Error("the database is gone");
    };
    const outcomes = await Promise.allSettled(many(10).map(() => world.read()));
    expect(outcomes.map(({ status }) => status)).toEqual(many(10).map(() => "rejected"));
    expect(world.register.loads).toHaveLength(1);
    world.register.afterSnapshot = undefined;
    expect(await world.read()).toBe(1);
    expect(world.count("fill")).toBe(1);
  });

  test.each(["before:lookup", "after:lookup", "before:fill", "after:fill"] as const)(
    "a store that fails %s does not fail the read",
    async (point) => {
      const { world } = await memoryWorld();
      await using _ = world;
      world.register.put("a", 1);
      world.store.at(point, async () => {
        throw new Error("broken");
      });
      expect(await world.read()).toBe(1);
    },
  );

  test("a read that has no time left does not reach the database", async () => {
    const { world } = await memoryWorld();
    await using _ = world;
    await expect(world.rows.get("a", Deadline.after(-1))).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    expect(world.register.loads).toEqual([]);
  });

  test("a value that is too large is served, not cached, and blocks nobody", async () => {
    const { world } = await memoryWorld({ maxValueBytes: 10 });
    await using _ = world;
    world.register.put("a", 1);
    expect(await world.read()).toBe(1);
    expect(await world.read()).toBe(1);
    expect(world.count("miss")).toBe(2);
  });
});
