import { expect, test } from "@jest/globals";
import { LoadCount } from "./load-count.ts";

test("goes on after a crash has set the counter back, and while nobody answers", async () => {
  const answers = [10, 15, undefined, 4, 6];
  const count = new LoadCount(async () => {
    const next = answers.shift();
    if (next === undefined) throw new Error("away");
    return next;
  });
  await count.start();
  for (let left = answers.length; left > 0; left--) await count.look();
  expect(count.total).toBe(5 + 4 + 2);
});
