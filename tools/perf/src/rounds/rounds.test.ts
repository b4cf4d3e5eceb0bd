import { describe, expect, test } from "@jest/globals";
import { inTurns } from "./rounds.ts";

describe("alternating rounds", () => {
  test("go forth and back, after a warm-up of each", async () => {
    const order: string[] = [];
    const shares: number[] = [];
    const subjects = ["a", "b"].map((name) => ({
      name,
      run: async (seconds: number) => {
        order.push(`${name}${seconds}`);
        return order.length;
      },
    }));
    const progress = { show: (share: number) => shares.push(share) };
    const results = await inTurns(subjects, { rounds: 3, seconds: 2, warmUpSeconds: 1 }, progress);
    expect(order).toEqual(["a1", "b1", "a2", "b2", "b2", "a2", "a2", "b2"]);
    expect(results.get("a")).toEqual([3, 6, 7]);
    expect(results.get("b")).toEqual([4, 5, 8]);
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
  });

  test("need no warm-up", async () => {
    const seen: number[] = [];
    const subject = { name: "a", run: async (seconds: number) => seen.push(seconds) };
    await inTurns([subject], { rounds: 2, seconds: 5, warmUpSeconds: 0 }, { show: () => undefined });
    expect(seen).toEqual([5, 5]);
  });
});
