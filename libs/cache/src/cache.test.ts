import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { createCache, createWriter } from "./cache.ts";
import { Register } from "./testkit/register.ts";

async function setUp() {
  const cache = await createCache({
    store: "memory",
    databaseIdentity: async () => "db:1",
    schemaVersion: 1,
    quarantineMs: 0,
  });
  const register = new Register();
  const rows = cache.entity(register.entity());
  const writer = createWriter(cache, register);
  return { cache, register, rows, writer };
}

const soon = () => Deadline.after(2_000);

describe("a cache in memory", () => {
  test("reads a row once, then serves it", async () => {
    const { cache, register, rows } = await setUp();
    await using _ = cache;
    register.put("a", 1);
    expect(await rows.get("a", soon())).toEqual({ id: "a", n: 1 });
    expect(await rows.get("a", soon())).toEqual({ id: "a", n: 1 });
    expect(register.loads).toEqual([["a"]]);
  });

  test("forgets its values when it is renewed", async () => {
    const { cache, register, rows } = await setUp();
    await using _ = cache;
    register.put("a", 1);
    await rows.get("a", soon());
    register.put("a", 2);
    cache.renew();
    expect(await rows.get("a", soon())).toEqual({ id: "a", n: 2 });
  });

  test("remembers that a row does not exist, until it is created", async () => {
    const { cache, register, rows, writer } = await setUp();
    await using _ = cache;
    expect(await rows.get("a", soon())).toBeUndefined();
    expect(await rows.get("a", soon())).toBeUndefined();
    expect(register.loads).toHaveLength(1);
    await writer.write(soon(), async (tx, intents) => {
      await intents.take(rows.key("a"));
      tx.put("a", 7);
    });
    expect(await rows.get("a", soon())).toEqual({ id: "a", n: 7 });
  });

  test("serves what a write offered without a read", async () => {
    const { cache, register, rows, writer } = await setUp();
    await using _ = cache;
    register.put("a", 1);
    await rows.get("a", soon());
    await writer.write(soon(), async (tx, intents) => {
      await intents.take(rows.key("a"));
      intents.offer(rows, "a", tx.put("a", 2));
    });
    expect(await rows.get("a", soon())).toEqual({ id: "a", n: 2 });
    expect(register.loads).toHaveLength(1);
  });

  test("reads what a batch misses in one go", async () => {
    const { cache, register, rows } = await setUp();
    await using _ = cache;
    for (const id of ["a", "b", "c"]) register.put(id, 1);
    await rows.get("b", soon());
    const found = await rows.getMany(["a", "b", "c", "d", "a"], soon());
    expect([...found.keys()]).toEqual(["a", "b", "c"]);
    expect(register.loads).toEqual([["b"], ["a", "c", "d"]]);
  });

  test("leaves nothing behind when a body throws", async () => {
    const { cache, register, rows, writer } = await setUp();
    await using _ = cache;
    register.put("a", 1);
    const failing = writer.write(soon(), async (tx, intents) => {
      await intents.take(rows.key("a"));
      tx.put("a", 2);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await rows.get("a", soon());
    await rows.get("a", soon());
    expect(register.loads).toHaveLength(1);
  });

  test("refuses two entities of one name", async () => {
    const { cache, register } = await setUp();
    await using _ = cache;
    expect(() => cache.entity(register.entity())).toThrow(TypeError);
    expect(() => cache.entity(register.entity("a:b"))).toThrow(TypeError);
  });
});
