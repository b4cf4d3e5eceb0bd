import { describe, expect, test } from "@jest/globals";
import { describeCores, parseCores, splitCores } from "./cores.ts";

describe("the split of the cores", () => {
  test.each([
    ["0,1", [0, 1]],
    ["0-3,6", [0, 1, 2, 3, 6]],
    ["5", [5]],
    ["", [0]],
    ["x", []],
  ])("reads %j", (list, cores) => {
    expect(parseCores(list)).toEqual(cores);
  });

  test("gives the last core to the load", () => {
    expect(splitCores([0, 1, 2, 6])).toEqual({ load: "6", system: "0,1,2", all: "0,1,2,6" });
  });

  test("splits nothing where there is one core", () => {
    expect(splitCores([0])).toEqual({ load: undefined, system: undefined, all: undefined });
    expect(describeCores(splitCores([0]))).toContain("nothing is pinned");
  });
});
