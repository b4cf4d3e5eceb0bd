import { expect, test } from "@jest/globals";
import { Gate } from "../testkit/gate.ts";
import { World } from "../testkit/world.ts";
import { Driver, type MakeStore, sealed } from "./harness.ts";

/** What is kept of a hit, its decoded form or a value that is found without waiting, is never more than what the store holds now. */
export function hitCases(make: MakeStore): void {
  /** A world whose row was found so often that all that is kept of it is kept. */
  async function warm(): Promise<World> {
    const world = await World.make(make);
    world.register.put("a", 1);
    for (let read = 0; read < 3; read += 1) expect(await world.read()).toBe(1);
    expect(world.register.loads).toHaveLength(1);
    return world;
  }
  const get = (world: World) => world.rows.get("a", world.deadline);

  test("hits of one version are one object, decoded once, which nobody can change", async () => {
    await using world = await warm();
    const { decodes } = world.register;
    const row = await get(world);
    expect(await get(world)).toBe(row);
    expect((await world.rows.getMany(["a"], world.deadline)).get("a")).toBe(row);
    expect(world.register.decodes).toBe(decodes);
    expect(() => Object.assign(row ?? {}, { n: 2 })).toThrow(TypeError);
  });

  test("a row that was loaded is frozen as well", async () => {
    await using world = await World.make(make);
    world.register.put("a", 1);
    expect(Object.isFrozen(await get(world))).toBe(true);
  });

  test("a write is seen by the next read, whatever was kept before, and by a value of the same length too", async () => {
    await using world = await warm();
    for (let n = 2; n < 9; n += 1) {
      await world.write(n);
      for (let read = 0; read < 3; read += 1) expect(await world.read()).toBe(n);
    }
    expect(world.register.loads).toHaveLength(1);
  });

  test("from INTENT to the acknowledgement nothing is found without the database, and then the new row", async () => {
    await using world = await warm();
    const commit = new Gate();
    const release = new Gate();
    world.register.beforeCommit = commit.pass;
    world.store.at("before:release", release.pass);
    const writing = world.write(2);
    await commit.reached;
    expect(world.rows.peek("a")).toBeUndefined();
    expect(await world.read()).toBe(1);
    commit.open();
    await release.reached;
    expect(world.rows.peek("a")).toBeUndefined();
    expect(await world.read()).toBe(2);
    expect((await world.rows.getMany(["a"], world.deadline)).get("a")?.n).toBe(2);
    release.open();
    await writing;
    expect(await world.read()).toBe(2);
  });

  test("a writer that died leaves nothing to be found until its intent has ended", async () => {
    await using world = await warm();
    await world.store.intend(["row:a"], "dead", 200, world.deadline);
    world.register.put("a", 2);
    expect(world.rows.peek("a")).toBeUndefined();
    expect(await world.read()).toBe(2);
    await world.harness.elapse(200);
    expect(world.rows.peek("a")).toBeUndefined();
    for (let read = 0; read < 3; read += 1) expect(await world.read()).toBe(2);
  });

  test("the fence takes away what is kept: a release whose intent was lost", async () => {
    await using world = await warm();
    world.register.put("a", 2);
    await world.store.release([{ key: "row:a" }], "lost", world.deadline);
    for (let read = 0; read < 3; read += 1) expect(await world.read()).toBe(2);
  });

  test("a peek finds what a lookup finds, and only values; it takes no lease", async () => {
    await using harness = await make({ leaseMs: 10_000, quarantineMs: 0 });
    const { store } = harness;
    if (store.peek === undefined) return;
    const peek = (key = "k") => {
      const bytes = store.peek?.(key);
      return bytes && Buffer.from(bytes).toString();
    };
    const driver = new Driver(harness);
    expect(peek()).toBeUndefined();
    expect(await driver.look("k", "a")).toBe("leased");
    expect(peek()).toBeUndefined();
    await driver.fill("k", "a", sealed("1"));
    expect([peek(), await driver.look("k")]).toEqual(["V1.1|1", "value:1"]);
    expect(store.peek("k")).toBe(await driver.bytes("k"));
    await driver.intend("k", "w");
    expect(peek()).toBeUndefined();
    await driver.release("k", "w", sealed("2"));
    expect(peek()).toBe("V1.1|2");
    await driver.release("k", "lost");
    expect(peek()).toBeUndefined();
    await driver.look("short", "a");
    await driver.fill("short", "a", sealed("1", 50));
    expect(peek("short")).toBe("V1.1|1");
    await driver.elapse(50);
    expect(peek("short")).toBeUndefined();
  });
}
