import { describe, expect, test } from "@jest/globals";
import { timeoutBucket } from "./read.ts";

describe("timeoutBucket", () => {
  test.each([
    [Number.POSITIVE_INFINITY, 0],
    [0, 1],
    [0.2, 1],
    [1, 1],
    [2, 2],
    [2.1, 4],
    [4_096, 4_096],
    [4_097, 8_192],
    [1e15, 1_073_741_824],
  ])("%p ms -> %p ms", (remaining, bucket) => {
    expect(timeoutBucket(remaining)).toBe(bucket);
  });
});
