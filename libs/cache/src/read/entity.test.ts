import { describe, expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { Cache } from "../cache.ts";
import { memoryWorld } from "../testkit/memory-world.ts";

describe("encodings side by side, as in a rolling deployment", () => {
  async function setUp(schemaVersion: number) {
    const { world } = await memoryWorld();
    world.register.put("a", 1);
    await world.read();
    const other = new Cache(world.store, { schemaVersion });
    return { world, other, rows: other.entity(world.register.entity()) };
  }

  test("a newer instance replaces a value of the older encoding", async () => {
    const { world, rows } = await setUp(2);
    await using _ = world;
    expect(await rows.get("a", world.deadline)).toEqual({ id: "a", n: 1 });
    await eventually(async () => {
      await rows.get("a", world.deadline);
      const [found] = await world.store.lookup(["row:a"], "test", world.deadline);
      expect(found).toMatchObject({ state: "value" });
      expect(found?.state === "value" && Buffer.from(found.bytes).toString()).toMatch(/^V2\./);
    });
  });

  test("an older instance reads from the database, and leaves the newer value alone", async () => {
    const { world, rows } = await setUp(0);
    await using _ = world;
    expect(await rows.get("a", world.deadline)).toEqual({ id: "a", n: 1 });
    expect(await rows.get("a", world.deadline)).toEqual({ id: "a", n: 1 });
    expect(world.register.loads).toHaveLength(3);
    expect(await world.read()).toBe(1);
    expect(world.register.loads).toHaveLength(3);
  });
});

test("a value that cannot be decoded is dropped, and read anew", async () => {
  const { world } = await memoryWorld();
  await using _ = world;
  world.register.put("a", 1);
  await world.store.lookup(["row:a"], "vandal", world.deadline);
  await world.store.fill("row:a", "vandal", { bytes: Buffer.from("V1.1|{"), ttlMs: 1_000 }, world.deadline);
  expect(await world.read()).toBe(1);
  await eventually(async () => {
    await world.read();
    expect(world.count("hit")).toBeGreaterThan(0);
  });
});
