import { describe, expect, test } from "@jest/globals";
import { DESIGNS } from "../designs/description.ts";
import { CompareUsageError, compareArgs } from "./args.ts";

describe("compareArgs", () => {
  test("has defaults: every design, four processes, ten seconds, five kills", () => {
    expect(compareArgs([])).toEqual({ seconds: 10, processes: 4, kills: 5, designs: DESIGNS, json: false });
  });

  test("takes what it is given", () => {
    const args = ["--seconds", "3", "--processes=2", "--kills", "0", "--designs", "skyport, bentocache", "--json"];
    const designs = ["skyport", "bentocache"];
    expect(compareArgs(args)).toEqual({ seconds: 3, processes: 2, kills: 0, designs, json: true });
  });

  test.each([
    [["--seconds", "0"]],
    [["--seconds", "x"]],
    [["--seconds", ""]],
    [["--processes", "2.5"]],
    [["--processes", "0"]],
    [["--kills=-1"]],
    [["--designs", "redis"]],
    [["--fast"]],
    [["skyport"]],
  ])("refuses %p", (args) => {
    expect(() => compareArgs(args)).toThrow(CompareUsageError);
  });
});
