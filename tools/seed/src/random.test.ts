import { describe, expect, test } from "@jest/globals";
import { Random } from "./random.ts";

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.fraction());

describe("numbers that follow from a label", () => {
  test("are the same for the same label", () => {
    expect(draw(new Random("42/product/17"), 50)).toEqual(draw(new Random("42/product/17"), 50));
  });

  test("differ between labels, and within one", () => {
    const numbers = [...draw(new Random("a"), 100), ...draw(new Random("b"), 100)];
    expect(new Set(numbers).size).toBe(200);
  });

  test("stay the same from release to release", () => {
    expect(draw(new Random("label"), 1)[0]).toBe(0x308d01d7 / 2 ** 32);
  });

  test("cover their range, both ends included", () => {
    const random = new Random("dice");
    const rolls = Array.from({ length: 600 }, () => random.between(1, 6));
    expect([...new Set(rolls)].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(random.between(5, 5)).toBe(5);
  });

  test("decide by chance", () => {
    const random = new Random("coin");
    const heads = Array.from({ length: 1_000 }, () => random.chance(0.25)).filter(Boolean).length;
    expect(heads).toBeGreaterThan(180);
    expect(heads).toBeLessThan(320);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });

  test("pick from a list that holds something", () => {
    const random = new Random("list");
    expect(new Set(Array.from({ length: 50 }, () => random.pick(["a", "b"])))).toEqual(new Set(["a", "b"]));
    expect(random.pick([undefined])).toBeUndefined();
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
