import { expect, test } from "@jest/globals";
import { keptWith } from "./kept-with.ts";
import { memoryWorld } from "./testkit/memory-world.ts";

test("is made once for an object, and for each object anew", () => {
  const made: object[] = [];
  const answer = keptWith((row: { n: number }) => {
    made.push(row);
    return { row };
  });
  const [one, two] = [{ n: 1 }, { n: 1 }];
  expect(answer(one)).toBe(answer(one));
  expect(answer(two)).not.toBe(answer(one));
  expect(made).toEqual([one, two]);
});

test("is made once where it is nothing, and again where making it fails", () => {
  let calls = 0;
  const nothing = keptWith((_row: object): undefined => {
    calls += 1;
  });
  const row = {};
  nothing(row);
  nothing(row);
  expect(calls).toBe(1);
  const failing = keptWith((_row: object) => {
    calls += 1;
    throw new Error("no");
  });
  for (let call = 0; call < 2; call += 1) expect(() => failing(row)).toThrow("no");
  expect(calls).toBe(3);
});

test("stays with a row while it is cached, and does not outlive a write of it", async () => {
  const { world } = await memoryWorld();
  await using _ = world;
  const answer = keptWith((row: { n: number }) => ({ answer: row.n }));
  const read = async () => answer((await world.rows.get("a", world.deadline)) ?? { n: 0 });
  await world.write(1);
  const kept = await read();
  expect(kept).toEqual({ answer: 1 });
  expect(await read()).toBe(kept);
  await world.write(2);
  expect(await read()).toEqual({ answer: 2 });
});
