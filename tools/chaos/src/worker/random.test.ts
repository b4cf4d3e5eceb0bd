import { describe, expect, test } from "@jest/globals";
import { Random } from "./random.ts";

const numbers = (random: Random, count = 1_000): number[] => Array.from({ length: count }, () => random.next());

describe("Random", () => {
  test("repeats itself for the same seed and not for another", () => {
    expect(numbers(new Random(7, "p1", "reader", 0))).toEqual(numbers(new Random(7, "p1", "reader", 0)));
    expect(numbers(new Random(7, "p1", "reader", 1))).not.toEqual(numbers(new Random(7, "p1", "reader", 0)));
  });

  test("spreads over 0 to 1", () => {
    const drawn = numbers(new Random(1), 10_000);
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = drawn.filter((n) => Math.floor(n * 10) === tenth).length;
      expect(within).toBeGreaterThan(800);
      expect(within).toBeLessThan(1_200);
    }
  });

  test("samples without repetition, and takes all when asked for more", () => {
    const random = new Random(2);
    expect(new Set(random.sample(["a", "b", "c", "d"], 3)).size).toBe(3);
    expect(random.sample(["a", "b"], 5).toSorted()).toEqual(["a", "b"]);
    expect(random.sample([], 5)).toEqual([]);
  });

  test("picks nothing from nothing", () => {
    expect(() => new Random(3).pick([])).toThrow(RangeError);
  });
});
