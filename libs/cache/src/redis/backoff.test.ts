import { expect, test } from "@jest/globals";
import { backoffMs } from "./backoff.ts";

const atMost = (failures: number) => backoffMs(failures, () => 1);
const atLeast = (failures: number) => backoffMs(failures, () => 0);

test("pauses double, and stay short enough for writes to be back within a second of Redis", () => {
  expect([0, 1, 2, 3, 4, 10, 10_000].map(atMost)).toEqual([50, 100, 200, 400, 400, 400, 400]);
});

test("instances that lost Redis together come back spread over half a pause", () => {
  for (const failures of [0, 1, 2, 3, 100]) expect(atLeast(failures)).toBe(atMost(failures) / 2);
});
