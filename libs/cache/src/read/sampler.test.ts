import { expect, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { Gate } from "../testkit/gate.ts";
import { memoryWorld } from "../testkit/memory-world.ts";

/** A row that is cached in its first version, and whose every hit is sampled. */
async function sampled(sampleRate = 1) {
  const errors: object[] = [];
  const nothing = () => undefined;
  const logger = { info: nothing, warn: nothing, error: (fields: object) => void errors.push(fields) };
  const { world, failing } = await memoryWorld({ sampleRate, logger });
  world.register.put("a", 1);
  await world.read();
  return { world, failing, errors };
}

test("finds a write that was made behind the cache's back, and tells which row", async () => {
  const { world, errors } = await sampled();
  await using _ = world;
  world.register.put("a", 2);
  expect(await world.read()).toBe(1);
  await eventually(() => expect(world.count("sample_mismatch")).toBe(1));
  expect(errors).toEqual([{ entity: "row", id: "a", cached: "1", stored: "2" }]);
});

test("finds a row that was created behind the cache's back, and one that was deleted", async () => {
  const { world, errors } = await sampled();
  await using _ = world;
  expect(await world.read("b")).toBeUndefined();
  world.register.put("b", 1);
  expect(await world.read("b")).toBeUndefined();
  await eventually(() => expect(world.count("sample_mismatch")).toBe(1));
  world.register.forget("a");
  await world.read();
  await eventually(() => expect(world.count("sample_mismatch")).toBe(2));
  expect(errors).toMatchObject([
    { cached: "undefined", stored: "2" },
    { cached: "1", stored: "undefined" },
  ]);
});

test("is content with a hit that was the newest, and with one that a write has overtaken since", async () => {
  const { world, errors } = await sampled();
  await using _ = world;
  await world.read();
  await eventually(() => expect(world.count("sample")).toBe(1));
  const reread = new Gate();
  world.register.afterSnapshot = reread.pass;
  await world.read();
  await reread.reached;
  await world.write(2);
  reread.open();
  await eventually(() => expect(world.count("sample")).toBe(2));
  expect(errors).toEqual([]);
});

test("is content when a row that was absent comes and goes while it looks", async () => {
  const { world, errors } = await sampled();
  await using _ = world;
  await world.read("b");
  const created = world.register.put("b", 1);
  const again = new Gate();
  world.store.at("after:lookup", async () => world.store.at("after:lookup", again.pass));
  await world.read("b");
  await again.reached;
  world.register.put("b", created.value.n + 1);
  again.open();
  await world.cache.close();
  expect(world.count("sample")).toBe(1);
  expect(errors).toEqual([]);
});

test("never has more than one comparison under way, and no caller waits for it", async () => {
  const { world } = await sampled();
  await using _ = world;
  const reread = new Gate();
  world.register.afterSnapshot = reread.pass;
  const loads = world.register.loads.length;
  for (let hit = 0; hit < 100; hit += 1) expect(await world.read()).toBe(1);
  expect(world.register.loads.length - loads).toBe(1);
  reread.open();
  await eventually(() => expect(world.count("sample")).toBe(1));
  world.register.afterSnapshot = undefined;
  await world.read();
  await eventually(() => expect(world.count("sample")).toBe(2));
});

test("a comparison that fails harms nobody, and the next one is made", async () => {
  const { world } = await sampled();
  await using _ = world;
  world.register.afterSnapshot = async () => {
    throw new Error("the database is gone");
  };
  expect(await world.read()).toBe(1);
  await new Promise(setImmediate);
  world.register.afterSnapshot = undefined;
  expect(await world.read()).toBe(1);
  await eventually(() => expect(world.count("sample")).toBe(1));
});

test("is off where nobody asks for it, and an entity may have a rate of its own", async () => {
  const { world } = await sampled(0);
  await using _ = world;
  await world.read();
  const rows = world.cache.entity({ ...world.register.entity("sampled"), sampleRate: 1 });
  await rows.get("a", world.deadline);
  await rows.get("a", world.deadline);
  await eventually(() => expect(world.count("sample")).toBe(1));
  expect(world.register.loads).toHaveLength(1 + 1 + 1);
});
