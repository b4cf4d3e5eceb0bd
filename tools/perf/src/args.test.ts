import { describe, expect, test } from "@jest/globals";
import { HELP, readOptions } from "./args.ts";
import { UsageError } from "./usage-error.ts";

describe("the command line", () => {
  test("measures everything by default", () => {
    expect(readOptions([])).toEqual({
      mode: "full",
      sizes: [1_000, 100_000, 1_000_000],
      flowSeconds: 120,
      clients: 4,
      rounds: 5,
      memorySeconds: 180,
      only: undefined,
      folder: undefined,
      json: undefined,
      compare: undefined,
    });
  });

  test("is smaller when it has to be quick", () => {
    expect(readOptions(["--quick"])).toMatchObject({ mode: "quick", sizes: [1_000, 100_000], rounds: 3 });
  });

  test("takes sizes in any order, each once, and ten million by name", () => {
    expect(readOptions(["--sizes", "5000,100,5000", "--ten-million"])).toMatchObject({
      sizes: [100, 5_000, 10_000_000],
    });
  });

  test("asks for help before it looks at anything else", () => {
    expect(readOptions(["--help", "--rounds", "many"])).toBe("help");
    for (const option of ["--quick", "--pictures", "--sizes", "--compare", "--json"]) expect(HELP).toContain(option);
  });

  test.each([
    [["--quick", "--pictures"], "one of them"],
    [["--sizes", "1k"], '--sizes must be a whole number from 100 to 20000000, not "1k"'],
    [["--rounds", "0"], "--rounds must be"],
    [["--only", "charts"], "--only knows over-time, fixes"],
    [["--qick"], "--qick"],
    [["quick"], "quick"],
  ])("refuses %j in one line", (args, told) => {
    let message = "";
    try {
      readOptions(args);
    } catch (error) {
      if (error instanceof UsageError) message = error.message;
    }
    expect(message).toContain(told);
    expect(message).not.toContain("\n");
  });
});
