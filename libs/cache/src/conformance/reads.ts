import { expect, test } from "@jest/globals";
import { Driver, type MakeStore, sealed } from "./harness.ts";

/** GET, FILL and leases. */
export function readCases(make: MakeStore): void {
  test("the first lookup of an absent key takes the lease, the second one finds it taken", async () => {
    await using store = await Driver.make(make);
    expect(await store.look("k", "a")).toBe("leased");
    expect(await store.look("k", "b")).toBe("filling");
  });

  test("the lease's holder fills, and everybody finds the value", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "a");
    expect(await store.fill("k", "a", sealed("1"))).toBe(true);
    expect(await store.look("k", "b")).toBe("value:1");
    expect(await store.look("k", "c")).toBe("value:1");
  });

  test("nobody fills without the lease, or with another's", async () => {
    await using store = await Driver.make(make);
    expect(await store.fill("k", "a", sealed("1"))).toBe(false);
    await store.look("k", "a");
    expect(await store.fill("k", "b", sealed("1"))).toBe(false);
    expect(await store.look("k", "c")).toBe("filling");
  });

  test("a lease fills once", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "a");
    await store.fill("k", "a", sealed("1"));
    expect(await store.fill("k", "a", sealed("2"))).toBe(false);
    expect(await store.look("k")).toBe("value:1");
  });

  test("a lease that is given back is free; another's cannot be given back", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "a");
    await store.abandon("k", "b");
    expect(await store.look("k", "b")).toBe("filling");
    await store.abandon("k", "a");
    expect(await store.look("k", "b")).toBe("leased");
  });

  test("giving a lease back does not touch a value or an intent", async () => {
    await using store = await Driver.make(make);
    await store.put("v", "1");
    await store.abandon("v", "putter");
    expect(await store.look("v")).toBe("value:1");
    await store.intend("w", "a");
    await store.abandon("w", "a");
    expect(await store.look("w")).toBe("writing");
  });

  test("a batch is answered in order, and leases what is absent", async () => {
    await using store = await Driver.make(make);
    await store.put("value", "1");
    await store.look("filling", "other");
    await store.intend("writing", "writer");
    const keys = ["writing", "absent", "value", "filling", "absent2"];
    expect(await store.lookAll(keys, "a")).toEqual(["writing", "leased", "value:1", "filling", "leased"]);
    expect(await store.fill("absent", "a", sealed("2"))).toBe(true);
    expect(await store.fill("absent2", "a", sealed("3"))).toBe(true);
    expect(await store.fill("filling", "a", sealed("4"))).toBe(false);
  });

  test("bytes of every value come back as they went", async () => {
    await using store = await Driver.make(make);
    const bytes = Buffer.concat([Buffer.from("V1.7|"), Buffer.from(Array.from({ length: 256 }, (_, index) => index))]);
    await store.look("k", "a");
    await store.fill("k", "a", { bytes: Uint8Array.from(bytes), ttlMs: 60_000 });
    expect(Buffer.from((await store.bytes("k")) ?? []).equals(bytes)).toBe(true);
  });

  test("keys hold any character, and stay apart", async () => {
    await using store = await Driver.make(make);
    const keys = ["e:a b", "e:{a}b", "e:a\nb", "e:Ünïcødé😀", "e:a:b", "e:*", "e:a\0b"];
    for (const key of keys) await store.put(key, key);
    expect(await store.lookAll(keys)).toEqual(keys.map((key) => `value:${key}`));
  });
}
