import { expect, test } from "@jest/globals";
import { firstThenAgain } from "./signals.ts";

test("a signal that follows at once is the same Ctrl-C, a later one is a second", () => {
  const calls: string[] = [];
  let now = 1_000;
  const signal = firstThenAgain(
    () => calls.push("first"),
    () => calls.push("again"),
    () => now,
  );
  signal();
  now += 20;
  signal();
  expect(calls).toEqual(["first"]);
  now += 500;
  signal();
  expect(calls).toEqual(["first", "again"]);
});
