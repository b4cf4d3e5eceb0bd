import { beforeEach, expect, jest, test } from "@jest/globals";
import { seed } from "./seed.ts";

const printed = jest.spyOn(process.stderr, "write");

beforeEach(() => {
  printed.mockReset().mockReturnValue(true);
});

test("prints the seed that it drew, and takes it back", () => {
  const drawn = seed({});
  expect(printed).toHaveBeenCalledWith(`SEED=${drawn}\n`);
  expect(seed({ SEED: String(drawn) })).toBe(drawn);
});

test.each(["x", "1.5", "-1", "2147483648"])("refuses %s", (value) => {
  expect(() => seed({ SEED: value })).toThrow(`got "${value}"`);
});
