import { describe, expect, test } from "@jest/globals";
import { DESIGNS } from "../designs/description.ts";
import { CompareUsageError, compareArgs } from "./args.ts";

describe("compareArgs", () => {
  test("has defaults: every design, four processes, ten seconds", () => {
    expect(compareArgs([])).toEqual({ seconds: 10, processes: 4, designs: DESIGNS, json: false });
  });

  test("takes what it is given", () => {
    const args = ["--seconds", "3", "--processes=2", "--designs", "skyport, bentocache", "--json"];
    expect(compareArgs(args)).toEqual({ seconds: 3, processes: 2, designs: ["skyport", "bentocache"], json: true });
  });

  test.each([
    [["--seconds", "0"]],
    [["--seconds", "x"]],
    [["--processes", "2.5"]],
    [["--designs", "redis"]],
    [["--fast"]],
    [["skyport"]],
  ])("refuses %p", (args) => {
    expect(() => compareArgs(args)).toThrow(CompareUsageError);
  });
});
