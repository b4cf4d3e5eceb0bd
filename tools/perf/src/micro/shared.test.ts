import { expect, test } from "@jest/globals";
import type { Measured } from "../targets/target.ts";
import { measuredTogether } from "./shared.ts";

const budget = { rounds: 1, seconds: 1, warmUpSeconds: 0 };
const progress = { show: () => undefined };
const found = (value: number): Measured => ({ value, met: true, noise: 0, detail: "" });

const pair = [
  { key: "a", name: "first", wanted: "1" },
  { key: "b", name: "second", wanted: "2" },
] as const;

test("whichever is asked for first measures all, once", async () => {
  let times = 0;
  const [a, b] = measuredTogether(pair, async () => {
    times += 1;
    return { a: found(1), b: found(2) };
  });
  expect([a?.name, b?.wanted]).toEqual(["first", "2"]);
  expect((await b?.measure(budget, progress))?.value).toBe(2);
  expect((await a?.measure(budget, progress))?.value).toBe(1);
  expect(times).toBe(1);
});

test("what goes wrong is told to each", async () => {
  const targets = measuredTogether(pair, async () => {
    throw new Error("no servers");
  });
  for (const target of targets) await expect(target.measure(budget, progress)).rejects.toThrow("no servers");
});
