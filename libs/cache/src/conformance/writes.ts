import { expect, test } from "@jest/globals";
import { Driver, type MakeStore, sealed } from "./harness.ts";

/** INTENT and RELEASE. */
export function writeCases(make: MakeStore): void {
  test("an intent hides the value until the release puts the offer in its place", async () => {
    await using store = await Driver.make(make);
    await store.put("k", "1");
    await store.intend("k", "a");
    expect(await store.look("k")).toBe("writing");
    expect(await store.release("k", "a", sealed("2"))).toBe("released");
    expect(await store.look("k")).toBe("value:2");
  });

  test("a release without an offer leaves the key absent", async () => {
    await using store = await Driver.make(make);
    await store.put("k", "1");
    await store.intend("k", "a");
    await store.release("k", "a");
    expect(await store.look("k")).toBe("leased");
  });

  test("lease against intent: a read that began before a write never fills", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "reader");
    await store.intend("k", "a");
    expect(await store.fill("k", "reader", sealed("old"))).toBe(false);
    expect(await store.look("k")).toBe("writing");
    await store.release("k", "a");
    expect(await store.fill("k", "reader", sealed("old"))).toBe(false);
    expect(await store.peek("k")).toBe("leased");
  });

  test("a late fill does not replace what a release has put there, nor another reader's lease", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "late");
    await store.intend("k", "a");
    await store.release("k", "a", sealed("2"));
    expect(await store.fill("k", "late", sealed("1"))).toBe(false);
    expect(await store.look("k")).toBe("value:2");
  });

  test.each([
    ["a", "b"],
    ["b", "a"],
  ])("two writers with crossed releases (%s first): the offer of neither becomes the value", async (first, second) => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.intend("k", "b");
    expect(await store.release("k", first, sealed(first))).toBe("contended");
    expect(await store.look("k")).toBe("writing");
    expect(await store.release("k", second, sealed(second))).toBe("contended");
    expect(await store.peek("k")).toBe("leased");
  });

  test("a writer that joins when the first has left a contended key is contended too", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.intend("k", "b");
    await store.release("k", "a", sealed("a"));
    await store.intend("k", "c");
    await store.release("k", "b", sealed("b"));
    await store.release("k", "c", sealed("c"));
    expect(await store.peek("k")).toBe("leased");
  });

  test("contention ends with its writers", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.intend("k", "b");
    await store.release("k", "a");
    await store.release("k", "b");
    await store.intend("k", "c");
    expect(await store.release("k", "c", sealed("c"))).toBe("released");
    expect(await store.look("k")).toBe("value:c");
  });

  test("an intent that is taken twice by one writer is one intent", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.intend("k", "a");
    await store.release("k", "a", sealed("a"));
    expect(await store.look("k")).toBe("value:a");
  });

  test("the fence: a release whose intent was lost removes a value", async () => {
    await using store = await Driver.make(make);
    await store.put("k", "old");
    expect(await store.release("k", "lost", sealed("new"))).toBe("released");
    expect(await store.peek("k")).toBe("leased");
  });

  test("the fence: a release whose intent was lost takes a lease away", async () => {
    await using store = await Driver.make(make);
    await store.look("k", "reader");
    await store.release("k", "lost", sealed("new"));
    expect(await store.fill("k", "reader", sealed("old"))).toBe(false);
    expect(await store.peek("k")).toBe("leased");
  });

  test("the fence: a release whose intent was lost leaves other writers, whose offers are no longer safe", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "b");
    expect(await store.release("k", "lost", sealed("new"))).toBe("contended");
    expect(await store.look("k")).toBe("writing");
    await store.release("k", "b", sealed("older"));
    expect(await store.peek("k")).toBe("leased");
  });

  test("a repeated release changes nothing but a value", async () => {
    await using store = await Driver.make(make);
    await store.intend("k", "a");
    await store.release("k", "a");
    await store.release("k", "a");
    expect(await store.peek("k")).toBe("leased");
    await store.intend("k", "b");
    await store.release("k", "a");
    expect(await store.look("k")).toBe("writing");
  });

  test("one write holds several keys", async () => {
    await using store = await Driver.make(make);
    await store.put("k1", "1");
    await store.intend(["k1", "k2", "k3"], "a");
    expect(await store.lookAll(["k1", "k2", "k3"])).toEqual(["writing", "writing", "writing"]);
    await store.release("k2", "a", sealed("2"));
    expect(await store.lookAll(["k1", "k2", "k3"])).toEqual(["writing", "value:2", "writing"]);
  });
}
