import { describe, expect, test } from "@jest/globals";
import { forEachIndex } from "./concurrency.ts";

describe("work on each index", () => {
  test.each([
    [0, 4],
    [1, 4],
    [10, 4],
    [10, 1],
    [3, 100],
  ])("does %d pieces, at most %d at a time", async (count, limit) => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachIndex(count, limit, async (index) => {
      running++;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running--;
      done.push(index);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(most).toBe(Math.min(count, limit));
  });

  test("begins nothing new after a failure, waits for what runs, and tells the first failure", async () => {
    const begun: number[] = [];
    const finished: number[] = [];
    const work = forEachIndex(100, 3, async (index) => {
      begun.push(index);
      if (index === 1) throw new Error("the first");
      await new Promise(setImmediate);
      if (index === 2) throw new Error("the second");
      finished.push(index);
    });
    await expect(work).rejects.toThrow("the first");
    expect(begun).toEqual([0, 1, 2]);
    expect(finished).toEqual([0]);
  });
});
