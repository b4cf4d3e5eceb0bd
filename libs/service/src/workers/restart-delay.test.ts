import { expect, test } from "@jest/globals";
import { RestartDelay } from "./restart-delay.ts";

test("doubles up to five seconds while workers do not live", () => {
  const delay = new RestartDelay();
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(() => delay.after(9_999))).toEqual([
    100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000,
  ]);
});

test("begins anew after one that served for ten seconds", () => {
  const delay = new RestartDelay();
  delay.after(0);
  delay.after(0);
  expect([delay.after(10_000), delay.after(0)]).toEqual([100, 200]);
});
