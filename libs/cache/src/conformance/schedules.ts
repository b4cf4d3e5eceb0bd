import { expect, test } from "@jest/globals";
import { Gate } from "../testkit/gate.ts";
import { World } from "../testkit/world.ts";
import type { MakeStore } from "./harness.ts";

/** The races between readers and writers, each with its steps forced into the order that would break a lesser design. */
export function scheduleCases(make: MakeStore): void {
  test("read, commit, late fill: what was read before the commit is not cached after it", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    const snapshot = new Gate();
    world.register.afterSnapshot = snapshot.pass;
    const early = world.read();
    await snapshot.reached;
    world.register.afterSnapshot = undefined;
    await world.write(2);
    snapshot.open();
    expect(await early).toBe(1);
    expect(await world.read()).toBe(2);
    expect(await world.read()).toBe(2);
  });

  test("lease against intent: a read inside a write's intent is not cached", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    const commit = new Gate();
    const fill = new Gate();
    world.store.at("before:fill", fill.pass);
    const reading = world.read();
    await fill.reached;
    world.register.beforeCommit = commit.pass;
    const writing = world.write(2);
    await commit.reached;
    fill.open();
    expect(await reading).toBe(1);
    expect(world.count("fill_refused")).toBe(1);
    expect(await world.read()).toBe(1);
    expect(world.count("fill")).toBe(0);
    commit.open();
    await writing;
    expect(await world.read()).toBe(2);
  });

  test.each([
    ["first", "second"],
    ["second", "first"],
  ])("two writers with crossed releases, the %s one first: the newest commit is read", async (earlier) => {
    await using world = await World.make(make);
    const holdFirst = new Gate();
    const holdSecond = new Gate();
    world.register.afterCommit = holdFirst.pass;
    const first = world.write(1);
    await holdFirst.reached;
    world.register.afterCommit = holdSecond.pass;
    const second = world.write(2);
    await holdSecond.reached;
    const [one, two] = earlier === "first" ? [holdFirst, holdSecond] : [holdSecond, holdFirst];
    one.open();
    await (earlier === "first" ? first : second);
    expect(await world.read()).toBe(2);
    two.open();
    await Promise.all([first, second]);
    expect(await world.read()).toBe(2);
    expect(await world.read()).toBe(2);
  });

  test("a joiner that arrives after the acknowledgement does not share a read from before it", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    const snapshot = new Gate();
    world.register.afterSnapshot = snapshot.pass;
    const early = world.read();
    await snapshot.reached;
    world.register.afterSnapshot = undefined;
    await world.write(2);
    const joiner = world.read();
    snapshot.open();
    expect(await joiner).toBe(2);
    expect(await early).toBe(1);
  });

  test("a joiner that arrives after the acknowledgement does not share a lookup from before it", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    await world.read();
    const looked = new Gate();
    world.store.at("after:lookup", looked.pass);
    const early = world.read();
    await looked.reached;
    await world.write(2);
    const joiner = world.read();
    looked.open();
    expect(await joiner).toBe(2);
    expect(await early).toBe(1);
  });

  test("a joiner that arrives after a fill was sent does not share it", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    const filled = new Gate();
    world.store.at("after:fill", filled.pass);
    const early = world.read();
    await filled.reached;
    await world.write(2);
    const joiner = world.read();
    filled.open();
    expect(await joiner).toBe(2);
    expect(await early).toBe(1);
  });

  test("release before commit: an intent that is lost costs a read, not the promise", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    const commit = new Gate();
    world.register.beforeCommit = commit.pass;
    const writing = world.write(2);
    await commit.reached;
    await world.store.release([{ key: "row:a" }], world.store.lastIntent, world.deadline);
    expect(await world.read()).toBe(1);
    expect(world.count("fill")).toBe(1);
    commit.open();
    await writing;
    expect(await world.read()).toBe(2);
    expect(await world.read()).toBe(2);
  });

  test("nothing is served or cached while a write may still commit", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    await world.read();
    const commit = new Gate();
    world.register.beforeCommit = commit.pass;
    const writing = world.write(2);
    await commit.reached;
    expect(await world.read()).toBe(1);
    expect(await world.read()).toBe(1);
    expect(world.register.loads).toHaveLength(3);
    expect(world.count("fill")).toBe(1);
    commit.open();
    await writing;
  });

  test("delete, then get: the absence is known, and cached", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    await world.read();
    await world.writer.write(world.deadline, async (tx, intents) => {
      await intents.take(world.rows.key("a"));
      tx.remove("a");
      intents.offerAbsent(world.rows, "a");
    });
    expect(await world.read()).toBeUndefined();
    expect(world.register.loads).toHaveLength(1);
  });

  test("create after a cached NOT_FOUND", async () => {
    await using world = await World.make(make);
    expect(await world.read()).toBeUndefined();
    expect(await world.read()).toBeUndefined();
    await world.write(1);
    expect(await world.read()).toBe(1);
    expect(world.register.loads).toHaveLength(1);
  });

  test("several keys in one transaction: none is served from before it", async () => {
    await using world = await World.make(make);
    for (const id of ["a", "b", "c"]) {
      world.register.put(id, 1);
      await world.read(id);
    }
    await world.writer.write(world.deadline, async (tx, intents) => {
      await intents.take(world.rows.key("a"), world.rows.key("b"));
      await intents.take(world.rows.key("b"), world.rows.key("c"));
      for (const id of ["a", "b", "c"]) tx.put(id, 2);
    });
    expect([...(await world.rows.getMany(["a", "b", "c"], world.deadline)).values()].map((row) => row.n)).toEqual([
      2, 2, 2,
    ]);
  });

  test("a replayed answer after a lost release: reassure removes what the dead writer left", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    await world.read();
    world.register.put("a", 2);
    expect(await world.read()).toBe(1);
    await world.writer.reassure(world.deadline, world.rows.key("a"));
    expect(await world.read()).toBe(2);
  });
}
