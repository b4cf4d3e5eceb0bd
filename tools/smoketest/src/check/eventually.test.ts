import { expect, test } from "@jest/globals";
import { eventually } from "./eventually.ts";
import { equal } from "./expect.ts";
import { Surprise } from "./surprise.ts";

test("looks again until the check passes", async () => {
  let looks = 0;
  await eventually(async () => equal("looks", ++looks, 3));
  expect(looks).toBe(3);
});

test("tells the last surprise when the time is up", async () => {
  const never = eventually(async () => equal("stock", 9, 10), 0);
  await expect(never).rejects.toBeInstanceOf(Surprise);
});

test("does not look again after an error that is no surprise", async () => {
  let looks = 0;
  const broken = eventually(async () => {
    looks++;
    throw new TypeError("broken");
  });
  await expect(broken).rejects.toThrow("broken");
  expect(looks).toBe(1);
});
