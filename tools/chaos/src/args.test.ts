import { describe, expect, test } from "@jest/globals";
import { readCommand } from "./args.ts";

describe("readCommand", () => {
  test("needs nothing", () => {
    expect(readCommand([], { SEED: "7" })).toEqual({
      command: "cache",
      minutes: 10,
      seed: 7,
      batch: 20,
      compareSeconds: 5,
      instances: 3,
      workers: 3,
      first: [],
      json: false,
    });
  });

  test("draws a seed where none is given", () => {
    const command = readCommand([], {});
    expect(command).toMatchObject({ seed: expect.any(Number) });
    expect(readCommand([], {})).not.toEqual(command);
  });

  test("takes what is given", () => {
    expect(
      readCommand(
        ["--minutes", "0.5", "--seed", "1", "--workers", "2", "--first", "redis-kill,instance-stop+worker-kill"],
        {},
      ),
    ).toMatchObject({ minutes: 0.5, seed: 1, workers: 2, first: [["redis-kill"], ["instance-stop", "worker-kill"]] });
    expect(readCommand(["--minutes", "0.5"], {})).toMatchObject({ compareSeconds: 0 });
    expect(readCommand(["--json"], {})).toMatchObject({ compareSeconds: 0 });
    expect(readCommand(["--json", "--compare", "3", "--batch", "100"], {})).toMatchObject({
      compareSeconds: 3,
      batch: 100,
    });
    expect(readCommand(["redis-loss", "--rate", "50", "--json"], {})).toMatchObject({
      command: "redis-loss",
      instances: 2,
      rate: 50,
      json: true,
    });
  });

  test("takes the cycles over orders", () => {
    expect(readCommand(["--orders", "--cycles", "1000", "--seed", "5", "--json"], {})).toEqual({
      command: "orders",
      cycles: 1000,
      seed: 5,
      checkEvery: 50,
      json: true,
    });
    expect(readCommand(["orders", "--check-every", "5"], { SEED: "7" })).toMatchObject({ checkEvery: 5, seed: 7 });
  });

  test("leaves the arguments of compare to it", () => {
    expect(readCommand(["compare", "--seconds", "3"], {})).toEqual({ command: "compare", args: ["--seconds", "3"] });
  });

  test.each([
    [["--minutes", "long"], "--minutes"],
    [["--instances", "0"], "--instances"],
    [["--workers", "1.5"], "--workers"],
    [["--seed", ""], "--seed"],
    [["--sead", "1"], "--sead"],
    [["ordres"], "ordres"],
  ])("refuses %j and names what is wrong", (args, named) => {
    expect(() => readCommand(args, {})).toThrow(named);
  });

  test("help is all that is given then", () => {
    expect(readCommand(["--help", "--minutes", "x"], {})).toBe("help");
  });
});
