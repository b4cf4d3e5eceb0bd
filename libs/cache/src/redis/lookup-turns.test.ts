import { expect, test } from "@jest/globals";
import type { Lookup } from "../store.ts";
import { LookupTurns, type WantedKey } from "./lookup-turns.ts";

/** Answers each key with itself, and writes down what it was asked for. */
function setUp() {
  const asked: (readonly WantedKey[])[] = [];
  const turns = new LookupTurns(async (wanted) => {
    asked.push(wanted);
    if (wanted.some(({ key }) => key === "broken")) throw new Error("broken");
    return wanted.map(({ key }): Lookup => ({ state: "value", bytes: Buffer.from(key) }));
  });
  const lookup = async (keys: readonly string[], token: string) =>
    (await turns.lookup(keys, token)).map((found) => (found.state === "value" ? String(found.bytes) : found.state));
  return { asked, lookup };
}

test("the first lookup is sent at once, the others of its turn in one step, and each caller gets its own answers in order", async () => {
  const { asked, lookup } = setUp();
  const first = lookup(["a"], "t1");
  const second = lookup(["b", "c"], "t2");
  await undefined;
  const third = lookup(["d"], "t3");
  expect(asked).toEqual([[{ key: "a", token: "t1" }]]);
  expect(await Promise.all([first, second, third])).toEqual([["a"], ["b", "c"], ["d"]]);
  expect(asked.slice(1)).toEqual([
    [
      { key: "b", token: "t2" },
      { key: "c", token: "t2" },
      { key: "d", token: "t3" },
    ],
  ]);
});

test("a lookup that comes when no other is under way is a step of its own", async () => {
  const { asked, lookup } = setUp();
  await lookup(["a"], "t");
  await lookup(["b"], "t");
  expect(asked.map((wanted) => wanted.map(({ key }) => key))).toEqual([["a"], ["b"]]);
});

test("more keys than one step may hold are several steps", async () => {
  const { asked, lookup } = setUp();
  const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
  const [many, one] = await Promise.all([lookup(keys, "t"), lookup(["one"], "u")]);
  expect(many).toEqual(keys);
  expect(one).toEqual(["one"]);
  expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(128);
});

test("what fails fails for the whole turn, and not for the next", async () => {
  const { lookup } = setUp();
  const outcomes = await Promise.allSettled([lookup(["alone"], "s"), lookup(["a"], "t"), lookup(["broken"], "u")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(await lookup(["a"], "t")).toEqual(["a"]);
});
